using System.Collections.Concurrent;
using System.Collections.Immutable;
using ModelOperator.Analysis;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Metrics;

namespace ModelOperator.CanaryDeployments;

/// <summary>Takes the looks that are due and keeps the counters between looks, so that an idle canary needs no write. Thread-safe.</summary>
/// <param name="source">Provider of metrics.</param>
/// <param name="options">Settings of the installation.</param>
/// <param name="metrics">Measurements of the room itself; none in tests.</param>
public sealed class CanaryMeasurements(IMetricSource source, OperatorOptions options, CanaryMetrics? metrics = null)
{
    private readonly ConcurrentDictionary<NamespacedName, Memory> _memories = new();

    /// <summary>States of the current segment.</summary>
    public ImmutableDictionary<string, MetricState> States(V1CanaryDeployment canary) =>
        SegmentOf(canary, canary.Status) is { } segment && _memories.TryGetValue(canary.Key, out var memory) && memory.Segment == segment
            ? memory.States
            : ImmutableDictionary<string, MetricState>.Empty;

    /// <summary>Keeps the states of a segment.</summary>
    public void Remember(V1CanaryDeployment canary, CanaryDeploymentStatus status, ImmutableDictionary<string, MetricState> states)
    {
        if (SegmentOf(canary, status) is { } segment)
            _memories[canary.Key] = new(segment, states);
        else
            Forget(canary.Key);
    }

    /// <summary>Forgets an object that is gone.</summary>
    public void Forget(NamespacedName canary) => _memories.TryRemove(canary, out _);

    /// <summary>Takes the looks that are due now.</summary>
    public async Task<ImmutableDictionary<string, Measurement>> LookAsync(
        V1CanaryDeployment canary, ImmutableDictionary<string, MetricState> states, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!IsMeasured(canary))
            return ImmutableDictionary<string, Measurement>.Empty;
        // Names may repeat in a spec that admission never saw; the decision reports it.
        var looks = await Task.WhenAll(CanaryDefaults.MetricsOf(canary.Spec).DistinctBy(metric => metric.Name)
            .Where(metric => IsDue(canary, metric, states, now))
            .Select(async metric => (metric.Name, Record: await JudgeAsync(canary, metric, now, cancellationToken))));
        return looks.ToImmutableDictionary(look => look.Name, look => new Measurement(now, look.Record));
    }

    /// <summary>A segment with a constant split, confirmed by the gateway.</summary>
    private static bool IsMeasured(V1CanaryDeployment canary)
    {
        if (canary.Status is not { CanaryVersion: not null, StableVersion: not null, Weights: { Verified: true } weights, StepIndex: { } index } status)
            return false;
        // Copies are nobody's answers: a canary that gets nothing else is not judged.
        if (weights is { Canary: 0, Headers: null })
            return false;
        var steps = CanaryDefaults.StepsOf(canary.Spec);
        return status.Phase == CanaryPhase.Promoting || CanaryGateReasons.Hold(status.Reason) || (index < steps.Count && CanaryRoutes.Waits(steps[index]));
    }

    private bool IsDue(V1CanaryDeployment canary, CanaryMetric metric, ImmutableDictionary<string, MetricState> states, DateTimeOffset now)
    {
        if (CanaryJudge.NextAt(states.GetValueOrDefault(metric.Name), metric, canary.Spec, canary.Status!.StepStartedAt ?? now) is not { } due || due > now)
            return false;
        metrics?.Looked(now - due);
        return true;
    }

    private async Task<DecisionRecord> JudgeAsync(V1CanaryDeployment canary, CanaryMetric metric, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if ((canary.Spec.Analysis?.PrometheusAddress ?? options.PrometheusUrl) is not { } address)
            return new(Verdict.Error, Reasons.QueryFailed, "No Prometheus is known: set spec.analysis.prometheusAddress, or the operator's MODELOP_PROMETHEUS_URL.");
        var segment = now - (canary.Status!.StepStartedAt ?? now);
        Task<Sample> Ask(string? query) => query is null ? Task.FromResult(Sample.Empty) : source.QueryAsync(address, query, cancellationToken);
        CanaryQueries Of(string version) => CanaryQueries.Of(metric, canary.Metadata.NamespaceProperty!, canary.Metadata.Name, version, segment);
        var canaryQueries = Of(canary.Status.CanaryVersion!);
        var stableQueries = Of(canary.Status.StableVersion!);
        var compares = CanaryMetricJudge.NeedsStable(metric);
        var answers = await Task.WhenAll(
            Ask(canaryQueries.Value),
            Ask(compares ? stableQueries.Value : null),
            Ask(canaryQueries.Total),
            Ask(compares ? stableQueries.Total : null));
        // At most one look per interval, so the interval's number is the look's, and a restart does not begin to count anew.
        var number = 1 + (long)(segment / CanaryDefaults.Interval(canary.Spec, metric));
        return CanaryMetricJudge.Judge(metric, new(answers[0], answers[1], answers[2], answers[3]) { Number = Math.Max(1, number) });
    }

    /// <summary>An object that was deleted and made again is another one.</summary>
    private static string? SegmentOf(V1CanaryDeployment canary, CanaryDeploymentStatus? status) =>
        CanarySegment.Key(status) is { } key ? $"{canary.Metadata.Uid}/{key}" : null;

    private sealed record Memory(string Segment, ImmutableDictionary<string, MetricState> States);
}
