namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>What the numbers of a range are.</summary>
public enum SweepNumberType
{
    Number,
    Integer,
}
