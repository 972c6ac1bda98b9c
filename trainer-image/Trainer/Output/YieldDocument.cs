namespace ModelOperator.Trainer.Output;

/// <summary>Termination message of a training that was asked to stop and left a checkpoint.</summary>
public sealed class YieldDocument
{
    public string Message { get; set; } = "";

    public YieldCheckpoint Checkpoint { get; set; } = new();
}
