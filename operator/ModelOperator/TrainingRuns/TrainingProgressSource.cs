namespace ModelOperator.TrainingRuns;

/// <summary>Where a run's progress was found. A later member is never overruled by an earlier one.</summary>
public enum TrainingProgressSource
{
    /// <summary>Lines of the trainer's log.</summary>
    Log,

    /// <summary>MODELOP_METRICS_FILE, as the Pod's sidecar reads it.</summary>
    File,

    /// <summary>The trainer's own POST.</summary>
    Post,
}
