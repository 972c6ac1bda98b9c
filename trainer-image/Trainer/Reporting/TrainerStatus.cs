namespace ModelOperator.Trainer.Reporting;

/// <summary>Progress as Kubeflow Trainer v2 defines it.</summary>
public sealed class TrainerStatus
{
    public int ProgressPercentage { get; set; }

    public int? EstimatedRemainingSeconds { get; set; }

    public required List<StatusMetric> Metrics { get; set; }

    public required DateTimeOffset LastUpdatedTime { get; set; }
}
