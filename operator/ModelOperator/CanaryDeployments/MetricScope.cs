namespace ModelOperator.CanaryDeployments;

/// <summary>Whose number a metric is.</summary>
public enum MetricScope
{
    /// <summary>The version's under test.</summary>
    Version,

    /// <summary>That of all versions together.</summary>
    Shared,
}
