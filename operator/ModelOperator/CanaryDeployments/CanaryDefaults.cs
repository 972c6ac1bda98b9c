namespace ModelOperator.CanaryDeployments;

/// <summary>What an absent field means; the same in admission, planner and schema.</summary>
public static class CanaryDefaults
{
    /// <summary>Steps when the spec names none: a tenth, then half of the traffic, a minute each, judged in the background.</summary>
    public static IReadOnlyList<CanaryStep> Steps { get; } =
    [
        new() { SetWeight = 10 },
        new() { Pause = new() { DurationSeconds = 60 } },
        new() { SetWeight = 50 },
        new() { Pause = new() { DurationSeconds = 60 } },
    ];

    /// <summary>Steps when the spec names none but has metrics that decide: the same weights, each left only with a verdict.</summary>
    public static IReadOnlyList<CanaryStep> JudgedSteps { get; } =
    [
        new() { SetWeight = 10 },
        new() { Analysis = new() },
        new() { SetWeight = 50 },
        new() { Analysis = new() },
    ];

    /// <summary>Steps of a spec.</summary>
    public static IReadOnlyList<CanaryStep> StepsOf(CanaryDeploymentSpec spec)
    {
        if (spec.Strategy?.Steps is { Count: > 0 } steps)
            return steps;
        return MetricsOf(spec).Any(m => !m.DryRun) ? JudgedSteps : Steps;
    }

    /// <summary>Replicas of the stable version.</summary>
    public static int StableReplicas(CanaryDeploymentSpec spec) => spec.Server?.Replicas ?? 1;

    /// <summary>Time that a version without traffic keeps its Pods.</summary>
    public static TimeSpan ScaleDownDelay(CanaryDeploymentSpec spec) => TimeSpan.FromSeconds(spec.Strategy?.ScaleDownDelaySeconds ?? 30);

    /// <summary>Time between two measurements of a metric.</summary>
    public static TimeSpan Interval(CanaryDeploymentSpec spec, CanaryMetric metric) => TimeSpan.FromSeconds(metric.IntervalSeconds ?? spec.Analysis?.IntervalSeconds ?? 60);

    /// <summary>The test of a metric that is compared.</summary>
    public static MetricStatistic Statistic(CanaryMetric metric) =>
        metric.Compare?.Statistic ?? (metric.Type == CanaryMetricType.ErrorRate ? MetricStatistic.SequentialBinomial : MetricStatistic.Relative);

    /// <summary>The quantile of a metric.</summary>
    public static string Quantile(CanaryMetric metric) => metric.Quantile ?? "0.95";

    /// <summary>Metrics of a spec.</summary>
    public static IReadOnlyList<CanaryMetric> MetricsOf(CanaryDeploymentSpec spec) => spec.Analysis?.Metrics ?? [];
}
