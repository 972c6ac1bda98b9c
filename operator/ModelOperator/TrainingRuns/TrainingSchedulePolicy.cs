namespace ModelOperator.TrainingRuns;

/// <summary>How a run with a schedule picks its start.</summary>
public enum TrainingSchedulePolicy
{
    /// <summary>When the least emissions are expected.</summary>
    LowestIntensity,

    /// <summary>At once.</summary>
    Immediate,
}
