namespace ModelOperator.TrainingRuns;

/// <summary>Body of the status endpoint, as Kubeflow Trainer v2 has it.</summary>
public sealed record TrainingStatusReport
{
    /// <summary>The report; an empty body is a no-op.</summary>
    public TrainerStatus? TrainerStatus { get; set; }
}
