namespace ModelOperator.CanaryDeployments;

/// <summary>What a measurement without data means; silence is never a pass.</summary>
public enum MetricNoDataPolicy
{
    /// <summary>Neither good nor bad.</summary>
    Inconclusive,

    /// <summary>A failed measurement.</summary>
    Fail,
}
