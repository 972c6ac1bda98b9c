using System.Collections.Concurrent;
using ModelOperator.Analysis;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Metrics;

namespace ModelOperator.CanaryDeployments;

/// <summary>Takes the looks at A/B tests that are due. Counts run from the beginning of the measurement, so nothing is lost with this memory. Thread-safe.</summary>
/// <param name="source">Provider of metrics.</param>
/// <param name="options">Settings of the installation.</param>
public sealed class AbTestMeasurements(IMetricSource source, OperatorOptions options)
{
    private readonly ConcurrentDictionary<NamespacedName, (string Segment, AbTestLook Look)> _last = new();

    /// <summary>The latest look, a new one when it is due; null when nothing is measured.</summary>
    public async Task<AbTestLook?> LookAsync(V1CanaryDeployment canary, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!AbTestSteps.IsMeasured(canary) || CanarySegment.Key(canary.Status) is not { } key)
            return null;
        var segment = $"{canary.Metadata.Uid}/{key}";
        if (_last.TryGetValue(canary.Key, out var last) && last.Segment == segment && now < AbTestSteps.NextAt(canary.Spec, last.Look))
            return last.Look;
        var look = await AskAsync(canary, now, cancellationToken);
        _last[canary.Key] = (segment, look);
        return look;
    }

    /// <summary>Forgets an object that is gone.</summary>
    public void Forget(NamespacedName canary) => _last.TryRemove(canary, out _);

    private async Task<AbTestLook> AskAsync(V1CanaryDeployment canary, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if ((CanaryProviders.Address(canary.Spec) ?? options.PrometheusUrl) is not { } address)
            return new(now, [], CanaryProviders.Unknown);
        var since = now - (canary.Status!.StepStartedAt ?? now);
        var test = canary.Spec.Strategy!.AbTest!;
        var arms = canary.Status.Experiment!.Arms;
        var queries = arms.SelectMany(arm => test.Metrics.SelectMany(metric => AbTestQueries.Metric(canary, arm, metric, since)).Prepend(AbTestQueries.Users(canary, arm, since))).Distinct();
        var answers = await Task.WhenAll(queries.Select(async query => (Query: query, Sample: await source.QueryAsync(CanaryProviders.Question(canary, address, query), cancellationToken))));
        // A count that does not exist yet is no user, and nothing is decided without users; everything else that is no number is an outage.
        if (answers.FirstOrDefault(answer => answer.Sample.Unusable() is { Verdict: not Verdict.NoData }) is { Sample: { } bad })
            return new(now, [], $"The counts of the A/B test cannot be read: {bad.Detail}.");
        var numbers = answers.ToDictionary(answer => answer.Query, answer => answer.Sample.IsNumber ? Math.Max(0, answer.Sample.Value) : 0, StringComparer.Ordinal);
        return new(now, [.. arms.Select(arm => new AbTestCounts(
            numbers[AbTestQueries.Users(canary, arm, since)],
            [.. test.Metrics.Select(metric => AbTestQueries.Metric(canary, arm, metric, since).Select(query => numbers[query]).ToArray() is [var x, .. var values]
                ? (x, values.FirstOrDefault(), values.LastOrDefault())
                : default)]))]);
    }
}
