using System.Diagnostics.Metrics;
using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Leadership;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Measurements of canaries, most of them taken from what the cache shows; the leading replica alone reports them. Series are named after an object only while
/// a canary is under way, so their number does not grow with idle ones. Thread-safe.
/// </summary>
public sealed class CanaryMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ModelOperator.CanaryDeployments";

    /// <summary>Name of the index of canaries by namespace and phase.</summary>
    private const string Phases = "phase";

    /// <summary>Name of the index of canaries by namespace and what is known of their live rows.</summary>
    private const string Drift = "drift";

    /// <summary>Name of the index of canaries under way.</summary>
    private const string UnderWay = "underWay";

    /// <summary>Name of the index of canaries with an autoscaler.</summary>
    private const string Autoscaled = "autoscaled";

    private static readonly InstrumentAdvice<double> Lags = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900] };

    private readonly Meter meter;
    private readonly Store<V1CanaryDeployment> canaries;
    private readonly Func<bool> leads;
    private readonly TimeProvider time;
    private readonly Counter<long> decisions;
    private readonly Counter<long> steps;
    private readonly Counter<long> notices;
    private readonly Counter<long> scalings;
    private readonly Histogram<double> lag;

    /// <summary>Subscribes to the cache before it runs.</summary>
    /// <param name="caches">Caches.</param>
    /// <param name="time">Clock.</param>
    /// <param name="elector">Leader election; this process always leads when null.</param>
    public CanaryMetrics(Caches caches, TimeProvider time, LeaseElector? elector = null)
    {
        this.time = time;
        // Of one name there is one for each operator in a process.
        meter = new(new MeterOptions(MeterName) { Scope = caches });
        leads = elector is null ? static () => true : () => elector.IsLeading;
        var informer = caches.InformerOf(ModelOperatorDescriptors.CanaryDeployments, new()
        {
            Indexes =
            [
                new(Phases, static canary => [$"{canary.Metadata.NamespaceProperty}/{canary.Status?.Phase ?? CanaryPhase.Pending}"]),
                new(Drift, static canary => Conditions.Find(canary.Status?.Conditions, CanaryDriftReasons.DataDrift) is { } drift ? [$"{canary.Metadata.NamespaceProperty}/{drift.Status}"] : []),
                new(UnderWay, static canary => canary.Status?.CanaryVersion is null ? [] : [UnderWay]),
                new(Autoscaled, static canary => canary.Status?.Autoscale is null ? [] : [Autoscaled]),
            ],
        });
        canaries = informer.Store;
        decisions = meter.CreateCounter<long>("modelop_canary_decisions_total", null, "Decisions by action and reason.");
        steps = meter.CreateCounter<long>("modelop_canary_steps_total", null, "Steps that were completed.");
        notices = meter.CreateCounter<long>("modelop_canary_notices_total", null, "Notices by what became of them: sent, failed (given up), dropped (too many waited).");
        meter.CreateObservableGauge("modelop_canary_data_drift", CountDrift, null, "CanaryDeployments by namespace and the status of their condition DataDrift.");
        lag = meter.CreateHistogram("modelop_canary_analysis_lag_seconds", null, "Time between when a look at a metric was due and when it began.", null, Lags);
        meter.CreateObservableGauge("modelop_canary_phase", CountPhases, null, "CanaryDeployments by phase.");
        meter.CreateObservableGauge("modelop_canary_weight", () => Observe(static s => s.Weights?.Canary ?? 0), null, "Percent of the traffic of each canary under way.");
        meter.CreateObservableGauge("modelop_canary_step", () => Observe(static s => s.StepIndex ?? 0), null, "Step of each canary under way, from 0.");
        meter.CreateObservableGauge("modelop_canary_replicas_desired", () => Observe(static s => s.Autoscale?.Replicas ?? 0, Autoscaled), null, "Replicas of the stable version that the autoscaler wants; only canaries with one.");
        scalings = meter.CreateCounter<long>("modelop_canary_scalings_total", null, "Changes of the replicas by the autoscaler: up, down, to_zero, from_zero.");
        informer.Subscribe(Observe);
    }

    /// <summary>Takes a change in.</summary>
    public void Observe(CacheChange<V1CanaryDeployment> change)
    {
        if (change.Initial || !leads() || change is not { Old: var old, New: { Status: { } now } canary } || (old is not null && old.Metadata.Uid != canary.Metadata.Uid))
            return;
        var before = old?.Status;
        var space = new KeyValuePair<string, object?>("namespace", canary.Metadata.NamespaceProperty);
        if (now.LastDecision is { } decision && decision != before?.LastDecision)
            decisions.Add(1, space, new("action", decision.Action), new("reason", decision.Reason));
        if (now.Autoscale is { } scale && before?.Autoscale is { } scaled)
            Scaled(space, scaled.Replicas, scale.Replicas);
        if (now.CanaryVersion is not null && now.CanaryVersion == before?.CanaryVersion && now.StepIndex > before?.StepIndex)
            steps.Add(now.StepIndex.Value - before.StepIndex.Value, space);
    }

    private void Scaled(KeyValuePair<string, object?> space, int from, int to)
    {
        if (from != to)
            scalings.Add(1, space, new("direction", (from, to) switch { (0, _) => "from_zero", (_, 0) => "to_zero", _ when to > from => "up", _ => "down" }));
    }

    /// <summary>A look begins.</summary>
    /// <param name="due">When it was due.</param>
    public void Looked(DateTimeOffset due) => lag.Record(Math.Max(0, (time.GetUtcNow() - due).TotalSeconds));

    /// <summary>A notice has ended.</summary>
    /// <param name="result">sent, failed or dropped.</param>
    public void Notice(string result) => notices.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private List<Measurement<long>> CountPhases() => Count(Phases, "phase");

    private List<Measurement<long>> CountDrift() => Count(Drift, "status");

    private List<Measurement<long>> Count(string index, string label) => !leads() ? [] :
    [
        .. canaries.CountBy(index).Select(pair => Counted(pair.Key.Split('/'), label, pair.Value)),
    ];

    private static Measurement<long> Counted(string[] place, string label, int count) =>
        new(count, new KeyValuePair<string, object?>("namespace", place[0]), new KeyValuePair<string, object?>(label, place[1]));

    private List<Measurement<long>> Observe(Func<CanaryDeploymentStatus, long> value, string index = UnderWay) => !leads() ? [] :
    [
        .. canaries.Find(index, index).Where(static canary => canary.Status is not null).Select(canary => new Measurement<long>(
            value(canary.Status!), new KeyValuePair<string, object?>("namespace", canary.Metadata.NamespaceProperty), new KeyValuePair<string, object?>("canary", canary.Metadata.Name))),
    ];
}
