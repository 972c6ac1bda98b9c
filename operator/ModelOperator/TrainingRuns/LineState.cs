namespace ModelOperator.TrainingRuns;

/// <summary>Where a run stands towards its namespace's limit.</summary>
public enum LineState
{
    /// <summary>Neither works nor waits for a turn.</summary>
    Elsewhere,

    /// <summary>An attempt is under way.</summary>
    Working,

    /// <summary>Waits for a turn.</summary>
    Waiting,

    /// <summary>The limit does not concern it: it waits in Kueue's queue, or is on its way out.</summary>
    Apart,
}
