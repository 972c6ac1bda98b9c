namespace ModelOperator.Trainer.Output;

/// <summary>Where the checkpoint is, below MODELOP_CHECKPOINT_DIR, and the round that it was taken after.</summary>
public sealed class YieldCheckpoint
{
    public string Name { get; set; } = "";

    public int Step { get; set; }
}
