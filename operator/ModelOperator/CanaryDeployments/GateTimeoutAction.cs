namespace ModelOperator.CanaryDeployments;

/// <summary>What a gate decides when nobody came.</summary>
public enum GateTimeoutAction
{
    Rollback,
    Promote,
}
