namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Rules about times. Bounds stand in the schema too; here they hold where it does not, so that no wait is endless and no look comes too late.
/// </summary>
public static partial class CanaryValidation
{
    private const int Day = 86400;
    private const int Month = 30 * Day;

    private static readonly CanaryMetricType[] Labelled = [CanaryMetricType.Query, CanaryMetricType.Web, CanaryMetricType.Job, CanaryMetricType.Rmse, CanaryMetricType.Auc];

    private static void Times(CanaryDeploymentSpec spec, List<string> problems)
    {
        Within("spec.progressDeadlineSeconds", spec.ProgressDeadlineSeconds, 10, Day, problems);
        Within("spec.analysis.intervalSeconds", spec.Analysis?.IntervalSeconds, 1, Day, problems);
        Within("spec.strategy.scaleDownDelaySeconds", spec.Strategy?.ScaleDownDelaySeconds, 0, Day, problems);
        Within("spec.server.maxConcurrentRequests", spec.Server?.MaxConcurrentRequests, 1, 100_000, problems, "requests");
        Within("spec.server.maxQueuedRequests", spec.Server?.MaxQueuedRequests, 0, 100_000, problems, "requests");
        Within("spec.server.requestTimeoutSeconds", spec.Server?.RequestTimeoutSeconds, 1, 3600, problems);
        Within("spec.server.batchRows", spec.Server?.BatchRows, 1, 10_000, problems, "rows");
        Within("spec.server.batchMilliseconds", spec.Server?.BatchMilliseconds, 0, 1000, problems, "milliseconds");
        foreach (var (step, i) in (spec.Strategy?.Steps ?? []).Select((step, i) => (step, i)))
        {
            Within(Text($"spec.strategy.steps[{i}].pause.durationSeconds"), step.Pause?.DurationSeconds, 1, Month, problems);
            Within(Text($"spec.strategy.steps[{i}].analysis.maxDurationSeconds"), step.Analysis?.MaxDurationSeconds, 1, Month, problems);
            Within(Text($"spec.strategy.steps[{i}].gate.timeoutSeconds"), step.Gate?.TimeoutSeconds, 1, Month, problems);
        }

        foreach (var (metric, i) in CanaryDefaults.MetricsOf(spec).Select((metric, i) => (metric, i)))
            Times(Text($"spec.analysis.metrics[{i}]"), spec, metric, problems);
    }

    private static void Times(string path, CanaryDeploymentSpec spec, CanaryMetric metric, List<string> problems)
    {
        Within($"{path}.windowSeconds", metric.WindowSeconds, 5, Month, problems);
        Within($"{path}.intervalSeconds", metric.IntervalSeconds, 1, Day, problems);
        Within($"{path}.initialDelaySeconds", metric.InitialDelaySeconds, 0, Month, problems);
        Within($"{path}.labelDelaySeconds", metric.LabelDelaySeconds, 1, Month, problems);
        if (metric.LabelDelaySeconds is not { } delay)
            return;
        if (!Labelled.Contains(metric.Type))
            problems.Add($"{path}.labelDelaySeconds: type {metric.Type} waits for no labels; allowed with: {string.Join(", ", Labelled)}.");
        var first = CanaryDefaults.FirstLook(metric).TotalSeconds;
        if (metric.MaxDurationSeconds <= first)
            problems.Add(Text($"{path}.maxDurationSeconds: {metric.MaxDurationSeconds} is not above {first}, when labelDelaySeconds {delay} allows the first look."));
        if (metric.DryRun)
            return;
        var steps = CanaryDefaults.StepsOf(spec);
        foreach (var (step, i) in steps.Select((step, i) => (step, i)))
            if (step.Analysis?.MaxDurationSeconds <= first && (CanaryShadow.Sees(metric) || !CanaryShadow.Is(steps, i)))
                problems.Add(Text($"spec.strategy.steps[{i}].analysis.maxDurationSeconds: {step.Analysis.MaxDurationSeconds} is not above {first}, when labelDelaySeconds {delay} of metric {metric.Name} allows the first look."));
    }

    private static void Within(string field, int? value, int least, int most, List<string> problems, string unit = "seconds")
    {
        if (value < least || value > most)
            problems.Add(Text($"{field}: {value} is not between {least} and {most} {unit}."));
    }
}
