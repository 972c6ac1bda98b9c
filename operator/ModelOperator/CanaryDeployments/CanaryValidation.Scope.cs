namespace ModelOperator.CanaryDeployments;

/// <summary>A number that no version label splits is that of both versions: it is judged as such only where somebody says so.</summary>
public static partial class CanaryValidation
{
    private const string Placeholder = "{{version}}";

    private static void Scope(string path, CanaryMetric metric, List<string> problems)
    {
        var (field, texts) = metric switch
        {
            { Type: CanaryMetricType.Web, Web: { } web } => ("web.url", new[] { web.Url, web.Body }),
            { Type: CanaryMetricType.Query or CanaryMetricType.CarbonPer1000Predictions, Query: { } query } => ("query", [query]),
            _ => (null, []),
        };
        var split = texts.Any(text => text is not null && HasVersion(text));
        if (metric.Scope == MetricScope.Shared)
        {
            if (field is null)
                problems.Add($"{path}.scope: Shared does not fit type {metric.Type}, whose number is the version's own; allowed: Version.");
            else if (split || CanaryMetricJudge.NeedsStable(metric))
                problems.Add($"{path}.scope: Shared does not fit a {field} with {Placeholder}, nor a comparison with the stable version; allowed: Version.");
        }
        else if (field is not null && !split && !metric.DryRun && !CanaryMetricJudge.NeedsStable(metric) && !IsNamed($"{path}.{field}"))
        {
            problems.Add($"{path}.{field}: has no {Placeholder}: the number of both versions together would be taken for the new one's; allowed: {Placeholder} in it, scope: Shared, or dryRun: true.");
        }

        if (split && metric is { Compare: null, SamplesQuery: { } samples } && !HasVersion(samples) && !IsNamed($"{path}.samplesQuery"))
            problems.Add($"{path}.samplesQuery: has no {Placeholder}, but query has: the samples of both versions would be held against minSamples; allowed: {Placeholder} in it.");
        bool IsNamed(string named) => problems.Any(problem => problem.StartsWith(named + ":", StringComparison.Ordinal));
    }
}
