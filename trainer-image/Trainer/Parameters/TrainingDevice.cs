namespace ModelOperator.Trainer.Parameters;

/// <summary>Where trees are grown.</summary>
public enum TrainingDevice
{
    Cpu,
    Cuda,
}
