namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>Which values of the objective are better.</summary>
public enum SweepGoal
{
    Minimize,
    Maximize,
}
