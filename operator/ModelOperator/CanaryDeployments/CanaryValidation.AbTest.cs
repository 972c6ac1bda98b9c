using ModelOperator.Api;
using System.Text.RegularExpressions;

namespace ModelOperator.CanaryDeployments;

/// <summary>Rules about A/B tests.</summary>
public static partial class CanaryValidation
{
    private const string AbTestPath = "spec.strategy.abTest";

    private static void AbTestRules(CanaryDeploymentSpec spec, List<string> problems)
    {
        if (spec.Strategy?.AbTest is not { } test)
            return;
        if (spec.Strategy.Steps is { Count: > 0 })
            problems.Add($"{AbTestPath}: stands beside {spec.Strategy.Steps.Count} steps; allowed: abTest or steps, not both.");
        if (spec.Strategy.BlueGreen is not null)
            problems.Add($"{AbTestPath}: stands beside spec.strategy.blueGreen; allowed: one of the two.");
        if (spec.Strategy.BakeTimeSeconds is { } bake)
            problems.Add(Text($"spec.strategy.bakeTimeSeconds: {bake} is not allowed beside {AbTestPath}, whose test was the watch; remove it."));
        if (Sticky(spec.Gateway) is { } sticky)
            problems.Add($"spec.gateway.{sticky} is not allowed beside {AbTestPath}, whose cohort decides; remove it.");
        if (test.Cohort is not { } cohort || (cohort.Header is null && cohort.Cookie is null))
            problems.Add($"{AbTestPath}.cohort: names nothing; allowed: header, cookie or both.");
        // A Job is told one version, and every arm but the control has metrics of its own.
        if (test.Arms.Count > 2 && CanaryDefaults.MetricsOf(spec).Any(static metric => metric.Type == CanaryMetricType.Job))
            problems.Add($"spec.analysis.metrics: type Job is not allowed beside {test.Arms.Count} arms of {AbTestPath}; allowed: any other type, or two arms.");
        AbTestArms(spec, test, problems);
        AbTestMetrics(test, problems);
        if (DecimalText.Parse(test.Alpha) is not (> 0 and <= 0.5))
            problems.Add($"{AbTestPath}.alpha: \"{test.Alpha}\" is not allowed; it must be above 0 and at most 0.5.");
        if (test.MinDurationSeconds > test.MaxDurationSeconds)
            problems.Add(Text($"{AbTestPath}.minDurationSeconds: {test.MinDurationSeconds} is above maxDurationSeconds {test.MaxDurationSeconds}."));
        var guards = CanaryDefaults.MetricsOf(spec).Count * Math.Max(0, test.Arms.Count - 1);
        if (guards > 32)
            problems.Add(Text($"spec.analysis.metrics: {CanaryDefaults.MetricsOf(spec).Count} metrics for {test.Arms.Count - 1} arms make {guards}; at most 32 are allowed together."));
    }

    /// <summary>The field and the value of what keeps clients with a version; null without one.</summary>
    internal static string? Sticky(GatewayTemplate? gateway) => gateway switch
    {
        { StickyHeader: { } header } => $"stickyHeader: \"{header}\"",
        { StickyCookie: { } cookie } => $"stickyCookie: \"{cookie}\"",
        _ => null,
    };

    private static void AbTestArms(CanaryDeploymentSpec spec, AbTest test, List<string> problems)
    {
        if (test.Arms.Count is < 2 or > AbTestDefaults.MostArms)
        {
            problems.Add(Text($"{AbTestPath}.arms: has {test.Arms.Count} arms; 2 to {AbTestDefaults.MostArms} are allowed, the first is the control."));
            return;
        }

        for (var i = 0; i < test.Arms.Count; i++)
        {
            var (arm, path) = (test.Arms[i], Text($"{AbTestPath}.arms[{i}]"));
            if (!ArmName().IsMatch(arm.Name) || test.Arms.Take(i).Any(other => other.Name == arm.Name))
                problems.Add($"{path}.name: \"{CanaryText.Cut(arm.Name, 128)}\" must be a DNS label of at most 20 characters, and no other arm's.");
            if (arm.VersionRef.Name.Length > 63 || !VersionName().IsMatch(arm.VersionRef.Name) || test.Arms.Take(i).Any(other => other.VersionRef.Name == arm.VersionRef.Name))
                problems.Add($"{path}.versionRef.name: \"{CanaryText.Cut(arm.VersionRef.Name, 128)}\" must be a ModelVersion, <model>-<number>, and no other arm's.");
            if (arm.Weight is < 1 or > 99)
                problems.Add(Text($"{path}.weight: {arm.Weight} is not between 1 and 99."));
        }

        if (test.Arms.Sum(arm => (long)arm.Weight) is not 100 and var sum)
            problems.Add(Text($"{AbTestPath}.arms: the weights make {sum}; together they must be 100."));
        if (!test.Arms.Any(arm => arm.VersionRef.Name == spec.VersionRef.Name))
            problems.Add($"spec.versionRef.name: \"{CanaryText.Cut(spec.VersionRef.Name ?? "", 128)}\" is no arm of {AbTestPath}; allowed: {string.Join(", ", test.Arms.Select(arm => CanaryText.Cut(arm.VersionRef.Name, 128)))}.");
    }

    private static void AbTestMetrics(AbTest test, List<string> problems)
    {
        if (test.Metrics.Count is < 1 or > AbTestDefaults.MostMetrics)
            problems.Add(Text($"{AbTestPath}.metrics: has {test.Metrics.Count} metrics; 1 to {AbTestDefaults.MostMetrics} are allowed, the first decides."));
        for (var i = 0; i < test.Metrics.Count; i++)
        {
            var (metric, path) = (test.Metrics[i], Text($"{AbTestPath}.metrics[{i}]"));
            if (!EventName().IsMatch(metric.Name) || test.Metrics.Take(i).Any(other => other.Name == metric.Name))
                problems.Add($"{path}.name: \"{CanaryText.Cut(metric.Name, 128)}\" must be lower-case letters, digits, - and _, at most 30, and no other metric's.");
            if (!EventName().IsMatch(metric.Event))
                problems.Add($"{path}.event: \"{CanaryText.Cut(metric.Event, 128)}\" must be lower-case letters, digits, - and _, at most 30.");
        }
    }

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,18}[a-z0-9])?\\z")]
    private static partial Regex ArmName();

    [GeneratedRegex("^[a-z]([-_a-z0-9]{0,28}[a-z0-9])?\\z")]
    private static partial Regex EventName();
}
