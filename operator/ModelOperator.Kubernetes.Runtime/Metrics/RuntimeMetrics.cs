using System.Diagnostics.Metrics;
using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Metrics;

/// <summary>
/// The runtime's own measurements, under controller-runtime's metric names where they fit, so that existing dashboards work.
/// Every series of a controller is written once with zero at registration. Thread-safe.
/// </summary>
public sealed class RuntimeMetrics : IWorkQueueObserver, IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ModelOperator.Kubernetes.Runtime";

    private static readonly string[] Results = ["success", "requeue_after", "error", "terminal"];

    private readonly Lock gate = new();
    private readonly Meter meter;
    private readonly Counter<long> reconciles;
    private readonly Counter<long> timeouts;
    private readonly Histogram<double> reconcileSeconds;
    private readonly UpDownCounter<long> activeWorkers;
    private readonly Counter<long> adds;
    private readonly Counter<long> retries;
    private readonly Histogram<double> queueSeconds;
    private readonly Counter<long> relists;
    private readonly Counter<long> watchEnds;
    private readonly Counter<long> requests;
    private readonly Counter<long> eventsDropped;
    private readonly Counter<long> admissions;
    private readonly Dictionary<string, Func<int>> depths = [];
    private readonly Dictionary<string, Func<double>> watchAges = [];
    private readonly Dictionary<string, Func<int>> cached = [];
    private readonly Dictionary<string, Func<bool>> leaders = [];

    /// <summary>Makes the meter; <see cref="PrometheusRegistry"/> selects it by its scope.</summary>
    /// <param name="scope">Scope of the meter, so that two hosts in one process do not mix; default: this object.</param>
    public RuntimeMetrics(object? scope = null)
    {
        meter = new Meter(new MeterOptions(MeterName) { Scope = scope ?? this });
        reconciles = meter.CreateCounter<long>("controller_runtime_reconcile_total", null, "Reconciles per controller and result.");
        timeouts = meter.CreateCounter<long>("controller_runtime_reconcile_timeouts_total", null, "Reconciles cut off by their time limit.");
        reconcileSeconds = meter.CreateHistogram<double>("controller_runtime_reconcile_time_seconds", null, "Duration of reconciles.");
        activeWorkers = meter.CreateUpDownCounter<long>("controller_runtime_active_workers", null, "Workers busy now.");
        adds = meter.CreateCounter<long>("workqueue_adds_total", null, "Keys added, waiting ones included.");
        retries = meter.CreateCounter<long>("workqueue_retries_total", null, "Keys scheduled again after a failure.");
        queueSeconds = meter.CreateHistogram<double>("workqueue_queue_duration_seconds", null, "Time from ready to taken.");
        relists = meter.CreateCounter<long>("informer_relists_total", null, "Full lists of an informer.");
        watchEnds = meter.CreateCounter<long>("informer_watch_ends_total", null, "Ends of watch sessions by cause.");
        requests = meter.CreateCounter<long>("rest_client_requests_total", null, "Requests to the API server.");
        eventsDropped = meter.CreateCounter<long>("event_recorder_dropped_total", null, "Events not written.");
        admissions = meter.CreateCounter<long>("controller_runtime_webhook_requests_total", null, "Admission requests by outcome.");
        meter.CreateObservableGauge("workqueue_depth", () => Read(depths, "name", static read => (long)read()), null, "Keys that wait for a worker.");
        meter.CreateObservableGauge("informer_watch_age_seconds", () => Read(watchAges, "informer", static read => read()), null,
            "Time since the informer last heard from the API server.");
        meter.CreateObservableGauge("informer_cached_objects", () => Read(cached, "informer", static read => (long)read()), null, "Objects in the cache.");
        meter.CreateObservableGauge("leader_election_master_status", () => Read(leaders, "name", static read => read() ? 1L : 0L), null,
            "1 while this process leads.");
    }

    /// <summary>Registers a controller and its queue; all series start at zero.</summary>
    /// <param name="controller">Name of the controller, also of its queue.</param>
    /// <param name="depth">Reads the queue's depth.</param>
    public void AddController(string controller, Func<int> depth)
    {
        lock (gate)
            depths[controller] = depth;
        foreach (var result in Results)
            reconciles.Add(0, new KeyValuePair<string, object?>("controller", controller), new KeyValuePair<string, object?>("result", result));
        timeouts.Add(0, new KeyValuePair<string, object?>("controller", controller));
        activeWorkers.Add(0, new KeyValuePair<string, object?>("controller", controller));
        adds.Add(0, new KeyValuePair<string, object?>("name", controller));
        retries.Add(0, new KeyValuePair<string, object?>("name", controller));
    }

    /// <summary>Registers an informer; all series start at zero.</summary>
    /// <param name="informer">Name of the informer.</param>
    /// <param name="silentSeconds">Reads the time since the last sign of life, in seconds.</param>
    /// <param name="objects">Reads the number of cached objects.</param>
    public void AddInformer(string informer, Func<double> silentSeconds, Func<int> objects)
    {
        lock (gate)
        {
            watchAges[informer] = silentSeconds;
            cached[informer] = objects;
        }

        relists.Add(0, new KeyValuePair<string, object?>("informer", informer));
    }

    /// <summary>Registers a leader election.</summary>
    /// <param name="lease">Name of the lease.</param>
    /// <param name="leads">Reads whether this process leads.</param>
    public void AddElection(string lease, Func<bool> leads)
    {
        lock (gate)
            leaders[lease] = leads;
    }

    /// <inheritdoc/>
    public void Added(string queue) => adds.Add(1, new KeyValuePair<string, object?>("name", queue));

    /// <inheritdoc/>
    public void Taken(string queue, TimeSpan waited) =>
        queueSeconds.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("name", queue));

    /// <inheritdoc/>
    public void Retried(string queue) => retries.Add(1, new KeyValuePair<string, object?>("name", queue));

    /// <summary>A reconcile starts (+1) or ends (-1).</summary>
    public void Worker(string controller, int change) => activeWorkers.Add(change, new KeyValuePair<string, object?>("controller", controller));

    /// <summary>A reconcile ended.</summary>
    public void Reconciled(string controller, string result, TimeSpan took)
    {
        reconciles.Add(1, new KeyValuePair<string, object?>("controller", controller), new KeyValuePair<string, object?>("result", result));
        reconcileSeconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("controller", controller));
    }

    /// <summary>A reconcile overran its limit.</summary>
    public void ReconcileTimedOut(string controller) => timeouts.Add(1, new KeyValuePair<string, object?>("controller", controller));

    /// <summary>An informer listed everything.</summary>
    public void Relisted(string informer) => relists.Add(1, new KeyValuePair<string, object?>("informer", informer));

    /// <summary>A watch session ended.</summary>
    public void WatchEnded(string informer, string cause) =>
        watchEnds.Add(1, new KeyValuePair<string, object?>("informer", informer), new KeyValuePair<string, object?>("cause", cause));

    /// <summary>A request to the API server was answered; <paramref name="code"/> is the HTTP status or <c>&lt;error&gt;</c>.</summary>
    public void Requested(string method, string code) =>
        requests.Add(1, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("code", code));

    /// <summary>An event was not written.</summary>
    public void EventDropped(string cause) => eventsDropped.Add(1, new KeyValuePair<string, object?>("cause", cause));

    /// <summary>An admission request was answered.</summary>
    public void Admitted(string webhook, string outcome) =>
        admissions.Add(1, new KeyValuePair<string, object?>("webhook", webhook), new KeyValuePair<string, object?>("outcome", outcome));

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private List<Measurement<TValue>> Read<TRead, TValue>(Dictionary<string, TRead> readers, string label, Func<TRead, TValue> read)
        where TValue : struct
    {
        lock (gate)
            return [.. readers.Select(pair => new Measurement<TValue>(read(pair.Value), new KeyValuePair<string, object?>(label, pair.Key)))];
    }
}
