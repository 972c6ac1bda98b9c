namespace ModelOperator.CanaryDeployments;

/// <summary>What a failed metric does.</summary>
public enum MetricFailureAction
{
    Rollback,
    Pause,
}
