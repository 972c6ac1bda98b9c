namespace ModelOperator.CanaryDeployments;

/// <summary>What a metric without a verdict does when the time is up.</summary>
public enum MetricInconclusiveAction
{
    Pause,
    Rollback,
}
