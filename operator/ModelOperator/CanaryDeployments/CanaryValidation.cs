using ModelOperator.Api;
using System.Globalization;
using System.Text.RegularExpressions;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>Rules that the schema cannot say; the same at admission and in the reconciler.</summary>
public static partial class CanaryValidation
{
    /// <summary>Problems, each naming the field, the value and what is allowed; empty when the object is sound.</summary>
    public static IReadOnlyList<string> Problems(V1CanaryDeployment canary)
    {
        List<string> problems = [];
        var name = canary.Metadata.Name ?? "";
        if (name.Length > CanaryNames.MaxLength || !DnsLabel().IsMatch(name))
            problems.Add($"metadata.name: \"{name}\" must be a DNS label of at most {CanaryNames.MaxLength} characters that begins with a letter; its Services are named after it.");
        var spec = canary.Spec;
        if (string.IsNullOrEmpty(spec.Model))
            problems.Add("spec.model: must name a Model.");
        if (string.IsNullOrEmpty(spec.VersionRef.Name))
            problems.Add("spec.versionRef.name: must name a ModelVersion.");
        else if (spec.VersionRef.Name.Length > 63 || !VersionName().IsMatch(spec.VersionRef.Name))
            problems.Add($"spec.versionRef.name: \"{CanaryText.Cut(spec.VersionRef.Name, 128)}\" is no name of a ModelVersion; allowed: <model>-<number>, at most 63 characters.");
        if (CanaryNames.Service(canary) is var service && (service == CanaryNames.Gateway(name) || service == CanaryNames.Preview(name) || WorkloadName(name).IsMatch(service)))
            problems.Add($"spec.service: \"{service}\" is the name of a Service that the operator makes for itself; choose another.");
        RouterValidation.Problems(canary, problems);
        Steps(spec, problems);
        AbTestRules(spec, problems);
        Providers(spec, problems);
        BlueGreen(spec, problems);
        if (spec.RollbackWindow is { Revisions: null, Seconds: null })
            problems.Add("spec.rollbackWindow: needs revisions, seconds or both.");
        Metrics(spec, problems);
        Times(spec, problems);
        Webhooks(spec, problems);
        Notices(spec, problems);
        Carbon(spec, problems);
        Drift(spec, problems);
        PredictionLog(spec, problems);
        problems.AddRange(CanaryDevice.Problems(spec.Server ?? new()));
        Autoscale(spec, problems);
        Quantities("spec.server.limits", spec.Server?.Limits, problems);
        Quantities("spec.server.requests", spec.Server?.Requests, problems);
        return problems;
    }

    /// <summary>Types whose PromQL may be the user's.</summary>
    private static readonly CanaryMetricType[] Overridable = [CanaryMetricType.Query, CanaryMetricType.Auc, CanaryMetricType.PredictionDrift, CanaryMetricType.CarbonPer1000Predictions];

    private static void Steps(CanaryDeploymentSpec spec, List<string> problems)
    {
        var steps = spec.Strategy?.Steps ?? [];
        var (weight, header) = (0, false);
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            var members = (step.SetWeight is null ? 0 : 1) + (step.Pause is null ? 0 : 1) + (step.Analysis is null ? 0 : 1) + (step.Gate is null ? 0 : 1)
                + (step.SetMirrorRoute is null ? 0 : 1) + (step.SetHeaderRoute is null ? 0 : 1) + (step.SetCanaryScale is null ? 0 : 1);
            if (members != 1)
                problems.Add(Text($"spec.strategy.steps[{i}]: has {members} members; exactly one of setWeight, setMirrorRoute, setHeaderRoute, setCanaryScale, pause, analysis, gate is allowed."));
            if (step.SetWeight is { } next)
            {
                if (next is < 0 or > 100)
                    problems.Add(Text($"spec.strategy.steps[{i}].setWeight: {next} is not between 0 and 100."));
                if (next < weight)
                    problems.Add(Text($"spec.strategy.steps[{i}].setWeight: {next} is below the {weight} of an earlier step; weights never fall."));
                weight = Math.Max(weight, next);
            }

            if (step.Analysis is not null && !CanaryDefaults.MetricsOf(spec).Any(m => !m.DryRun))
                problems.Add(Text($"spec.strategy.steps[{i}].analysis: spec.analysis.metrics has no metric that decides; it would wait for nothing."));
            Routes(step, Text($"spec.strategy.steps[{i}]"), problems);
            header = step.SetHeaderRoute is { } route ? route.Match is { Count: > 0 } : header;
            if (step.Analysis is not null && weight == 0 && !header)
                Shadow(spec, steps, i, problems);
        }
    }

    private static void Metrics(CanaryDeploymentSpec spec, List<string> problems)
    {
        var metrics = CanaryDefaults.MetricsOf(spec);
        HashSet<string> names = [];
        for (var i = 0; i < metrics.Count; i++)
        {
            var metric = metrics[i];
            var path = Text($"spec.analysis.metrics[{i}]");
            if (!names.Add(metric.Name))
                problems.Add($"{path}.name: \"{metric.Name}\" is used twice.");
            if (metric.Type == CanaryMetricType.Query && string.IsNullOrWhiteSpace(metric.Query))
                problems.Add($"{path}.query: type Query needs a PromQL query.");
            if (metric.Query is { } query)
                Template(path, metric, query, problems);
            if (metric is { Type: CanaryMetricType.Latency or CanaryMetricType.Query or CanaryMetricType.Web or CanaryMetricType.Throughput or CanaryMetricType.CarbonPer1000Predictions, Threshold: null, Compare: null, SuccessCondition: null, FailureCondition: null })
                problems.Add($"{path}: type {metric.Type} needs at least one of threshold, compare, successCondition, failureCondition.");
            if (metric.Threshold is { } threshold)
                Threshold(path, threshold, problems);
            if (metric.Compare is { } compare)
                Comparison(path, compare, problems);
            Judging(path, metric, problems);
        }
    }

    private static void Template(string path, CanaryMetric metric, string query, List<string> problems)
    {
        if (!Overridable.Contains(metric.Type))
            problems.Add($"{path}.query: only types {string.Join(", ", Overridable)} take a query; type {metric.Type} has its own.");
        else if (string.IsNullOrWhiteSpace(query) && metric.Type != CanaryMetricType.Query)
            problems.Add($"{path}.query: must be a PromQL query, or absent.");
        else
            PromQl($"{path}.query", query, metric.Type == CanaryMetricType.Auc ? [.. CanaryTemplate.PromQl, CanaryTemplate.Label] : CanaryTemplate.PromQl, problems);
        if (metric.Type == CanaryMetricType.Auc && !query.Contains(CanaryTemplate.Label, StringComparison.Ordinal))
            problems.Add($"{path}.query: has no {CanaryTemplate.Label}; type Auc needs a histogram of scores by le for label 0 and one for label 1.");
        if ((metric.Compare is not null || metric.Type is CanaryMetricType.Auc or CanaryMetricType.PredictionDrift) && !HasVersion(query))
            problems.Add($"{path}.query: compared with the stable version but has no {{{{version}}}}: both versions would give the same number.");
    }

    private static void PromQl(string field, string query, string[] placeholders, List<string> problems)
    {
        var wrong = CanaryTemplate.Problems(query, placeholders).ToList();
        if (wrong.Count == 0 && CanaryPromQl.Problem(query) is { } problem)
            wrong.Add(problem);
        problems.AddRange(wrong.Select(problem => $"{field}: {problem}"));
    }

    private static void Comparison(string path, MetricComparison compare, List<string> problems)
    {
        if (DecimalText.Parse(compare.Tolerance) is not { } tolerance || tolerance < 0 || (compare.Harm == HarmDirection.Decrease && tolerance >= 1))
            problems.Add($"{path}.compare.tolerance: \"{compare.Tolerance}\" is not allowed; it must be a number from 0 on, below 1 for harm Decrease.");
        if (DecimalText.Parse(compare.Alpha) is not (> 0 and < 1))
            problems.Add($"{path}.compare.alpha: \"{compare.Alpha}\" is not allowed; it must lie between 0 and 1, both excluded.");
    }

    private static void Threshold(string path, MetricThreshold threshold, List<string> problems)
    {
        if (threshold.Min is null && threshold.Max is null)
            problems.Add($"{path}.threshold: needs min, max or both.");
        foreach (var (end, text) in new[] { ("min", threshold.Min), ("max", threshold.Max) })
            if (text is not null && DecimalText.Parse(text) is null)
                problems.Add($"{path}.threshold.{end}: \"{text}\" is not a decimal number.");
        if (DecimalText.Parse(threshold.Min) > DecimalText.Parse(threshold.Max))
            problems.Add($"{path}.threshold: min {threshold.Min} is above max {threshold.Max}.");
    }

    private static void Quantities(string path, IReadOnlyDictionary<string, string>? quantities, List<string> problems)
    {
        foreach (var (name, text) in quantities ?? new Dictionary<string, string>())
            if (!IsQuantity(text))
                problems.Add($"{path}[{name}]: \"{text}\" is not a quantity such as 500m, 2 or 1Gi.");
    }

    private static bool IsQuantity(string text)
    {
        try
        {
            return new Quantity(text).Value >= 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static Regex WorkloadName(string canary) => new("^" + Regex.Escape(canary) + @"-[0-9]+\z", RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?\\z")]
    private static partial Regex DnsLabel();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?-[0-9]{1,9}\\z")]
    private static partial Regex VersionName();
}
