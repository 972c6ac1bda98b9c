namespace ModelOperator.Trainer.Parameters;

/// <summary>Where the learner works.</summary>
public enum TrainingDevice
{
    Cpu,
    Cuda,
}
