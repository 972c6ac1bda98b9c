namespace ModelOperator.CanaryDeployments;

/// <summary>The metrics of spec.analysis for every version under test: with several arms one of each per arm, named <c>metric.arm</c>.</summary>
public static class AbTestGuards
{
    /// <summary>The metrics that are judged.</summary>
    public static IReadOnlyList<CanaryMetric> Of(CanaryDeploymentSpec spec, CanaryDeploymentStatus? status)
    {
        var metrics = status is null ? CanaryDefaults.MetricsOf(spec) : CanaryDefaults.MetricsOf(spec, status);
        return CanaryArms.Of(status) is { Count: > 1 } arms
            ? [.. arms.SelectMany(arm => metrics.Select(metric => metric with { Name = $"{metric.Name}.{arm.Name}" }))]
            : metrics;
    }

    /// <summary>The version that a metric is about.</summary>
    public static string VersionOf(CanaryMetric metric, CanaryDeploymentStatus status) =>
        CanaryArms.Of(status) is { Count: > 1 } arms ? arms.First(arm => metric.Name.EndsWith("." + arm.Name, StringComparison.Ordinal)).Version : status.CanaryVersion!;
}
