namespace ModelOperator.TrainingRuns;

/// <summary>One metric of a report.</summary>
public sealed record TrainerMetric
{
    /// <summary>Name.</summary>
    public string? Name { get; set; }

    /// <summary>Value as text, as Kubeflow Trainer sends it.</summary>
    public string? Value { get; set; }
}
