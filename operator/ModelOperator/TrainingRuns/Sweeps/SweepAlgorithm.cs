namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>How trials are found.</summary>
public enum SweepAlgorithm
{
    /// <summary>Every combination, each once.</summary>
    Grid,

    /// <summary>Independent draws, none twice.</summary>
    Random,

    /// <summary>Random draws with few resources; the best of each rung go on with more.</summary>
    SuccessiveHalving,
}
