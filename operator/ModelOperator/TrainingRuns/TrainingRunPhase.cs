namespace ModelOperator.TrainingRuns;

/// <summary>For people; machines read the conditions.</summary>
public enum TrainingRunPhase
{
    Pending,
    Queued,
    Starting,
    Running,
    Sweeping,
    Publishing,
    Registering,
    Paused,
    Suspended,
    Succeeded,
    Failed,
}
