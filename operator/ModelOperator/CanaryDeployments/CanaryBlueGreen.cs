using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Blue-green in terms of steps: whole beside the stable version at weight 0, the analysis before the switch, the wait for the switch. The switch and what comes
/// after it are the promotion's.
/// </summary>
public static class CanaryBlueGreen
{
    /// <summary>Longest wait for a person; a preview holds as many Pods as the stable version.</summary>
    private const int LongestWaitSeconds = 30 * 86400;

    /// <summary>The steps before the switch.</summary>
    public static IReadOnlyList<CanaryStep> Steps(BlueGreenStrategy strategy)
    {
        List<CanaryStep> steps = [new() { SetWeight = 0 }];
        if (strategy.PrePromotionAnalysis is { } analysis)
            steps.Add(new() { Analysis = new() { MaxDurationSeconds = analysis.MaxDurationSeconds } });
        if (strategy.AutoPromotionSeconds is { } seconds)
            steps.Add(new() { Pause = new() { DurationSeconds = seconds } });
        else if (!strategy.AutoPromotionEnabled)
            steps.Add(new() { Gate = new() { Name = "promotion", TimeoutSeconds = LongestWaitSeconds } });
        return steps;
    }

    /// <summary>Metrics that are judged on this side of the switch.</summary>
    public static IReadOnlyList<CanaryMetric> Metrics(CanaryDeploymentSpec spec, BlueGreenStrategy strategy, CanaryPhase phase) =>
        Metrics(spec, CanaryDefaults.TakesAll(phase) ? strategy.PostPromotionAnalysis : strategy.PrePromotionAnalysis);

    /// <summary>Metrics that an analysis names.</summary>
    public static IReadOnlyList<CanaryMetric> Metrics(CanaryDeploymentSpec spec, BlueGreenAnalysis? analysis) =>
        analysis is null ? [] : [.. CanaryDefaults.MetricsOf(spec).Where(m => analysis.Metrics?.Contains(m.Name) is null or true)];

    /// <summary>
    /// The Service that reaches the new version before the switch, past the gateway; the stable one without a new version, and until that has a Pod that answers. From
    /// then on it does not go back: who sends truth about a version's predictions would send it to another.
    /// </summary>
    public static V1Service Preview(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryObserved seen)
    {
        var name = CanaryNames.Preview(canary.Metadata.Name);
        var previewed = status.CanaryVersion is { } version && (seen.Workload(version) is { Serving: > 0 } || Leads(seen, name, version)) ? version : status.StableVersion!;
        return CanaryWorkload.Service(canary, previewed) with { Metadata = CanaryWorkload.Meta(canary, name, "preview") };
    }

    /// <summary>What to wait for before the new version is judged or shown to anybody: that the preview leads to it, and not to the stable one still; null when it does, or is not to.</summary>
    internal static string? Turning(CanaryContext c, CanaryDeploymentStatus status)
    {
        var name = CanaryNames.Preview(c.Canary.Metadata.Name);
        return c.Spec.Strategy?.BlueGreen is not null && !CanaryDefaults.TakesAll(status.Phase) && status.CanaryVersion is { } version
            && c.Workload(version) is { Serving: > 0 } && !Leads(c.Seen, name, version)
                ? $"Service {name} does not lead to {version} yet."
                : null;
    }

    private static bool Leads(CanaryObserved seen, string service, string version) =>
        seen.Services.FirstOrDefault(s => s.Metadata.Name == service)?.Spec?.Selector?.GetValueOrDefault(ModelOperatorApi.VersionLabel) == version;
}
