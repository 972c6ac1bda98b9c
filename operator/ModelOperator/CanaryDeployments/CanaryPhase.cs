namespace ModelOperator.CanaryDeployments;

/// <summary>For people; machines read the conditions.</summary>
public enum CanaryPhase
{
    Pending,
    Initializing,
    Healthy,
    Progressing,
    Paused,
    Promoting,
    RollingBack,
    Degraded,
    Baking,
}
