namespace ModelOperator.CanaryDeployments;

/// <summary>What happened, as notices choose by.</summary>
public enum CanaryNoticeEvent
{
    Deployed,
    Started,
    StepCompleted,
    Paused,
    Promoting,
    Promoted,
    RolledBack,
    Superseded,
    Command,
    Progress,
}
