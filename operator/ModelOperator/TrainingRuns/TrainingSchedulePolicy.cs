namespace ModelOperator.TrainingRuns;

/// <summary>How a run with a schedule picks its start.</summary>
public enum TrainingSchedulePolicy
{
    /// <summary>When the least emissions are expected.</summary>
    LowestIntensity,

    /// <summary>At once.</summary>
    Immediate,

    /// <summary>When the least emissions are expected, in stretches: paused at work while the grid is dirty.</summary>
    Interruptible,
}
