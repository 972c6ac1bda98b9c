namespace ModelOperator.Datasets;

/// <summary>What a broken rule does to the run.</summary>
public enum DatasetViolationAction
{
    /// <summary>The run fails before the trainer starts.</summary>
    Fail,

    /// <summary>The run goes on; the number of violations is recorded with the dataset.</summary>
    Report,
}
