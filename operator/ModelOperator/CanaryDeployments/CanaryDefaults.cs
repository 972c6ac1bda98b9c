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
        if (spec.Strategy?.AbTest is { } test)
            return AbTestDefaults.Steps(test);
        if (spec.Strategy?.BlueGreen is { } blueGreen)
            return CanaryBlueGreen.Steps(blueGreen);
        if (spec.Strategy?.Steps is { Count: > 0 } steps)
            return steps;
        return MetricsOf(spec).Any(m => !m.DryRun) ? JudgedSteps : Steps;
    }

    /// <summary>Replicas of the stable version; with an autoscaler those that it begins with.</summary>
    public static int StableReplicas(CanaryDeploymentSpec spec) => spec.Server?.Autoscale is { } autoscale ? Math.Max(1, autoscale.MinReplicas) : spec.Server?.Replicas ?? 1;

    /// <summary>Replicas of the stable version; while a canary is under way they only rise.</summary>
    public static int StableReplicas(CanaryDeploymentSpec spec, CanaryDeploymentStatus status) =>
        Math.Max((spec.Server?.Autoscale is null ? null : status.Autoscale?.Replicas) ?? StableReplicas(spec), status.CanaryVersion is null ? 0 : status.FullReplicas ?? 0);

    /// <summary>True in the phases in which the new version takes, or has, all traffic.</summary>
    public static bool TakesAll(CanaryPhase phase) => phase is CanaryPhase.Promoting or CanaryPhase.Baking;

    /// <summary>Time that a version without traffic keeps its Pods.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="aborted">Whether it was rolled back.</param>
    public static TimeSpan ScaleDownDelay(CanaryDeploymentSpec spec, bool aborted = false) =>
        TimeSpan.FromSeconds((aborted ? spec.Strategy?.AbortScaleDownDelaySeconds : null) ?? spec.Strategy?.ScaleDownDelaySeconds ?? 30);

    /// <summary>Time between two measurements of a metric.</summary>
    public static TimeSpan Interval(CanaryDeploymentSpec spec, CanaryMetric metric) => TimeSpan.FromSeconds(metric.IntervalSeconds ?? spec.Analysis?.IntervalSeconds ?? 60);

    /// <summary>The test of a metric that is compared.</summary>
    public static MetricStatistic Statistic(CanaryMetric metric) =>
        metric.Compare?.Statistic ?? metric.Type switch
        {
            CanaryMetricType.ErrorRate => MetricStatistic.SequentialBinomial,
            CanaryMetricType.Auc => MetricStatistic.DeLong,
            CanaryMetricType.PredictionDrift => MetricStatistic.PopulationStability,
            _ => MetricStatistic.Relative,
        };

    /// <summary>How a metric is compared that says nothing of it. An AUC a tenth smaller is a useless model, and an index of 0.25 is what is called a large change.</summary>
    public static MetricComparison Compare(CanaryMetric metric) => metric.Compare ?? metric.Type switch
    {
        CanaryMetricType.Auc => new() { Tolerance = "0.02" },
        CanaryMetricType.PredictionDrift => new() { Tolerance = "0.25" },
        _ => new(),
    };

    /// <summary>Time from the beginning of a step to a metric's first look: with late labels, when a whole window of its predictions is old enough.</summary>
    public static TimeSpan FirstLook(CanaryMetric metric) => TimeSpan.FromSeconds(Math.Max(
        metric.InitialDelaySeconds ?? 0, metric.LabelDelaySeconds is { } delay ? delay + (metric.WindowSeconds ?? CanaryWindow.Least) : 0));

    /// <summary>The quantile of a metric.</summary>
    public static string Quantile(CanaryMetric metric) => metric.Quantile ?? "0.95";

    /// <summary>Whether the samples behind a metric's value are counted, so that minSamples can be held against them.</summary>
    public static bool CountsSamples(CanaryMetric metric) =>
        metric.Type is not (CanaryMetricType.Web or CanaryMetricType.Job)
        && (metric.Query is null || metric.SamplesQuery is not null || metric.Type is CanaryMetricType.Auc or CanaryMetricType.PredictionDrift);

    /// <summary>Metrics that are judged now.</summary>
    public static IReadOnlyList<CanaryMetric> MetricsOf(CanaryDeploymentSpec spec, CanaryDeploymentStatus status) =>
        spec.Strategy?.BlueGreen is { } blueGreen ? CanaryBlueGreen.Metrics(spec, blueGreen, status.Phase)
        : CanaryShadow.Is(spec, status) ? [.. MetricsOf(spec).Where(CanaryShadow.Sees)]
        : MetricsOf(spec);

    /// <summary>Metrics of a spec.</summary>
    public static IReadOnlyList<CanaryMetric> MetricsOf(CanaryDeploymentSpec spec) => spec.Analysis?.Metrics ?? [];
}
