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

    /// <summary>Looks at A/B tests.</summary>
    public AbTestMeasurements Experiments { get; } = new(source, options);

    /// <summary>Looks at live rows.</summary>
    public CanaryDriftLooks Drift { get; } = new(source, options);

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
    public void Forget(NamespacedName canary)
    {
        _memories.TryRemove(canary, out _);
        Experiments.Forget(canary);
    }

    /// <summary>Takes the looks that are due now.</summary>
    public async Task<ImmutableDictionary<string, Measurement>> LookAsync(
        V1CanaryDeployment canary, ImmutableDictionary<string, MetricState> states, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!IsMeasured(canary.Spec, canary.Status))
            return ImmutableDictionary<string, Measurement>.Empty;
        // Names may repeat in a spec that admission never saw; the decision reports it.
        var looks = await Task.WhenAll(AbTestGuards.Of(canary.Spec, canary.Status).DistinctBy(metric => metric.Name)
            .Where(metric => metric.Type != CanaryMetricType.Job && IsDue(canary, metric, states, now))
            .Select(async metric => (metric.Name, Record: await JudgeAsync(canary, metric, now, cancellationToken))));
        return looks.ToImmutableDictionary(look => look.Name, look => new Measurement(now, look.Record));
    }

    /// <summary>
    /// Users get the new version, or it gets copies of their requests, or a step asks for a verdict: whatever the canary waits for, harm is looked for. Only a confirmed split ends a step,
    /// so looks before that can do no more than find harm.
    /// </summary>
    internal static bool IsMeasured(CanaryDeploymentSpec spec, CanaryDeploymentStatus? current) =>
        !spec.Suspend && current is { CanaryVersion: not null, StableVersion: not null } status && (HasTraffic(spec, status) || (status.Weights is { Verified: true } && Looks(spec, status)));

    /// <summary>True where Jobs are run: in a step with a constant split, confirmed by the gateway, that asks for verdicts.</summary>
    internal static bool IsSettled(CanaryDeploymentSpec spec, CanaryDeploymentStatus current) =>
        IsMeasured(spec, current) && current.Weights is { Verified: true } && !OnlySets(spec, current);

    // Where a canary gets requests of its own, it is judged by those and not by copies.
    private static bool HasTraffic(CanaryDeploymentSpec spec, CanaryDeploymentStatus status) =>
        status.Weights is { Canary: > 0 } or { Headers: not null } || (status.Weights is { MirrorPercentage: > 0 } && CanaryShadow.Is(spec, status));

    /// <summary>When a metric's next look is due; null after harm.</summary>
    internal static DateTimeOffset? DueAt(CanaryDeploymentSpec spec, CanaryDeploymentStatus status, CanaryMetric metric, MetricState? state, DateTimeOffset now) =>
        CanaryJudge.NextAt(state, metric, spec, LooksFrom(spec, status, metric, now)) is not { } due ? null
        : CanaryDrain.Earliest(status, metric) is { } earliest && earliest > due ? earliest
        : due;

    /// <summary>Where the looks of a step count from. A step that only sets something is over as soon as it is in force, which is worth no look; one that has to wait for that is.</summary>
    private static DateTimeOffset LooksFrom(CanaryDeploymentSpec spec, CanaryDeploymentStatus status, CanaryMetric metric, DateTimeOffset now)
    {
        var began = status.StepStartedAt ?? now;
        return OnlySets(spec, status) ? began + CanaryDefaults.Interval(spec, metric) : began;
    }

    private static bool OnlySets(CanaryDeploymentSpec spec, CanaryDeploymentStatus status)
    {
        var steps = CanaryDefaults.StepsOf(spec);
        return !CanaryDefaults.TakesAll(status.Phase) && status.StepIndex is { } index && (index >= steps.Count || !CanaryRoutes.Waits(steps[index]));
    }

    /// <summary>
    /// True where looks go on: what metrics said before holds nothing up where nobody asks them again. It does not hang on why the canary waits, or an outage
    /// in another wait would begin and end at every look.
    /// </summary>
    internal static bool Looks(CanaryDeploymentSpec spec, CanaryDeploymentStatus status) => HasTraffic(spec, status)
        || (!CanaryDefaults.TakesAll(status.Phase) && spec.Strategy?.BlueGreen is not null && status.StepIndex is not null);

    private bool IsDue(V1CanaryDeployment canary, CanaryMetric metric, ImmutableDictionary<string, MetricState> states, DateTimeOffset now)
    {
        if (DueAt(canary.Spec, canary.Status!, metric, states.GetValueOrDefault(metric.Name), now) is not { } due || due > now)
            return false;
        metrics?.Looked(due);
        return true;
    }

    private async Task<DecisionRecord> JudgeAsync(V1CanaryDeployment canary, CanaryMetric metric, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var began = canary.Status!.StepStartedAt ?? now;
        var window = CanaryWindow.Of(metric, CanaryDrain.From(canary.Status, metric) ?? now, now);
        var ofCanary = CanaryQuestions.Of(canary, metric, AbTestGuards.VersionOf(metric, canary.Status), window, options);
        if (ofCanary.Value is null)
            return new(Verdict.Error, Reasons.QueryFailed, CanaryProviders.Unknown);
        var past = CanaryBake.Baseline(canary);
        var stableWindow = past is { } baseline ? new CanaryWindow(baseline.End, CanaryQueries.Window(metric, baseline.Window)) { IsPast = true } : window;
        var ofStable = CanaryMetricJudge.NeedsStable(metric) ? CanaryQuestions.Of(canary, metric, canary.Status.StableVersion!, stableWindow, options) : new(null, null);
        Task<Sample> Ask(MetricQuery? query) => query is null ? Task.FromResult(Sample.Empty) : source.QueryAsync(query, cancellationToken);
        var answers = await Task.WhenAll(Ask(ofCanary.Value), Ask(ofStable.Value), Ask(ofCanary.Total), Ask(ofStable.Total));
        return CanaryMetricJudge.Judge(
            metric, new(answers[0], answers[1], answers[2], answers[3]) { Number = CanaryWindow.Number(canary.Spec, metric, began, now), IsBaselinePast = past is not null });
    }

    /// <summary>An object that was deleted and made again is another one.</summary>
    private static string? SegmentOf(V1CanaryDeployment canary, CanaryDeploymentStatus? status) =>
        CanarySegment.Key(status) is { } key ? $"{canary.Metadata.Uid}/{key}" : null;

    private sealed record Memory(string Segment, ImmutableDictionary<string, MetricState> States);
}
