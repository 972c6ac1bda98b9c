namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>How a range is divided or drawn from.</summary>
public enum SweepScale
{
    Linear,
    Log,
}
