namespace ModelOperator.Trainer.Reporting;

/// <summary>Body of Kubeflow Trainer's status endpoint.</summary>
public sealed class StatusUpdate
{
    public required TrainerStatus TrainerStatus { get; set; }
}
