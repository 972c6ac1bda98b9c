using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;
using ModelOperator.EnergyMetering;
using ModelOperator.GridSources;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Registry;

namespace ModelOperator.Serving;

/// <summary>
/// Books what serving took, hour by hour, serially under one key. An hour counts as done when its rows are committed, together with the mark that says so; what
/// is not marked is booked again by whoever comes, and rows that are there stay. Writes nothing to the API server.
/// </summary>
public sealed class ServingMeter : IKeyController
{
    /// <summary>Time between looks: what a Pod that vanishes while no operator runs can lose of its time at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>Time after an hour's end before it is booked: exporters are read up to a minute late.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    /// <summary>How long an hour waits for a Prometheus that does not answer; then it is modelled.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(6);

    /// <summary>Hours that an operator that was away books later at most.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(7);

    /// <summary>Most Prometheus of users' own that a pass waits for in vain.</summary>
    private const int MostAway = 3;

    private readonly ServingPods pods;
    private readonly GatewayRequests requests;
    private readonly Func<string, CancellationToken, Task<ZoneIntensity<AverageSignal>>> intensity;
    private readonly OperatorOptions options;
    private readonly ServingMetrics metrics;
    private readonly TimeProvider time;
    private readonly ServingHistory? history;
    private readonly IPowerMeter? power;
    private DateTimeOffset? booked;
    private DateTimeOffset counted = DateTimeOffset.MinValue;
    private long epoch = -1;
    private bool marked;

    /// <summary>Begins where the history ends.</summary>
    /// <param name="pods">Pods that serve.</param>
    /// <param name="requests">Counts predictions.</param>
    /// <param name="grid">What is known about zones.</param>
    /// <param name="options">Settings of the installation.</param>
    /// <param name="metrics">Measurements.</param>
    /// <param name="time">Clock.</param>
    /// <param name="history">History; hours are only counted when null.</param>
    /// <param name="power">Sensors; everything is modelled when null.</param>
    public ServingMeter(
        ServingPods pods, GatewayRequests requests, GridKnowledge grid, OperatorOptions options, ServingMetrics metrics, TimeProvider time,
        ServingHistory? history = null, IPowerMeter? power = null)
        : this(pods, requests, grid.AverageAsync, options, metrics, time, history, power)
    {
    }

    /// <summary>The same with another way to know intensities.</summary>
    public ServingMeter(
        ServingPods pods, GatewayRequests requests, Func<string, CancellationToken, Task<ZoneIntensity<AverageSignal>>> intensity, OperatorOptions options, ServingMetrics metrics,
        TimeProvider time, ServingHistory? history, IPowerMeter? power)
    {
        (this.pods, this.requests, this.intensity, this.options) = (pods, requests, intensity, options);
        (this.metrics, this.time, this.history, this.power) = (metrics, time, history, power);
    }

    /// <summary>The only key.</summary>
    public static NamespacedName Key { get; } = new("", "serving");

    /// <summary>Up to where hours are booked; null before the first pass.</summary>
    public DateTimeOffset? BookedUntil => booked;

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        if (!pods.HaveSynced)
            return ReconciliationResult.RequeueAfter(TimeSpan.FromSeconds(1));
        var now = time.GetUtcNow();
        var known = await RememberAsync(now, cancellationToken);
        if (known is not null && booked is { } start && start + ClockHours.Length + Settled <= now)
        {
            // One hour a pass: many that were missed do not hold up the shutdown.
            if (await BookAsync(start, known, now, cancellationToken))
                return ReconciliationResult.RequeueAfter(TimeSpan.Zero);
        }

        await LookAsync(known ?? pods.Read(), now, cancellationToken);
        var next = booked + ClockHours.Length + Settled - now;
        return ReconciliationResult.RequeueAfter(next > TimeSpan.Zero && next < Interval ? next.Value : Interval);
    }

    /// <summary>Brings together what the history and the caches know, and writes it down; null while the history is away.</summary>
    private async Task<IReadOnlyList<ServingPod>?> RememberAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (history is not null && (booked is null || epoch != history.Epoch))
        {
            if (await history.LoadAsync(cancellationToken) is not { } earlier)
                return null;
            pods.Adopt(earlier.Pods);
            (booked, epoch, marked) = (earlier.BookedUntil ?? booked, history.Epoch, earlier.BookedUntil is not null);
        }

        var oldest = ClockHours.StartOf(now - Memory);
        booked = booked is not { } until ? ClockHours.StartOf(now) : until > oldest ? until : oldest;
        var known = pods.Read();
        var done = known.Where(p => p.End <= booked).Select(static p => p.Uid).ToList();
        done.ForEach(pods.Forget);
        IReadOnlyList<ServingPod> open = [.. known.Where(p => p.End is not { } end || end > booked)];
        // A database that was away may have come back as it was long ago: the next pass reads its mark first.
        if (history is not null && (!await history.SaveAsync(open, done, marked ? null : booked, cancellationToken) || epoch != history.Epoch))
            return null;
        marked = true;
        return open;
    }

    /// <summary>Books one hour; false when it has to wait.</summary>
    private async Task<bool> BookAsync(DateTimeOffset start, IReadOnlyList<ServingPod> known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var end = start + ClockHours.Length;
        var patient = now < end + Patience;
        var terms = await TermsAsync(cancellationToken);
        var parts = new List<ServingHour>();
        foreach (var pod in known)
        {
            if (pod.Within(start, end) is not { } span)
                continue;
            var evidence = patient ? await AskAsync(ServingAccount.Question(pod, span.From, span.To), cancellationToken) : null;
            if (evidence?.Away == true)
                return false;
            parts.Add(ServingAccount.Of(pod, span.From, span.To, evidence, terms));
        }

        if (await PredictionsAsync(known, start, end, cancellationToken) is not { } predictions)
        {
            if (patient)
                return false;
            predictions = NothingKnown;
        }

        List<ServingHour> hours = [.. parts.GroupBy(static p => (p.Namespace, p.Canary, p.Component, p.Version)).Select(static group => group.Aggregate(ServingAccount.Sum)).Select(Counted)];
        var done = known.Where(p => p.End <= end).Select(static p => p.Uid).ToList();
        if (history is not null && !await history.BookAsync(hours, end, done, terms, cancellationToken))
            return false;
        booked = end;
        done.ForEach(pods.Forget);
        if (end > counted)
            metrics.Booked(hours);
        counted = end > counted ? end : counted;
        return true;

        ServingHour Counted(ServingHour hour) => hour.Component == ServingPod.Server && predictions.TryGetValue((hour.Namespace, hour.Canary), out var counts)
            ? hour with { Predictions = counts.GetValueOrDefault(hour.Version) }
            : hour;
    }

    /// <summary>What living Pods took over the last hour, for metrics. What cannot be told now is not told at all.</summary>
    private async Task LookAsync(IReadOnlyList<ServingPod> known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var start = now - ClockHours.Length;
        var terms = await TermsAsync(cancellationToken);
        var looks = new List<ServingLook>();
        foreach (var pod in known.Where(static p => p.End is null))
        {
            if (pod.Within(start, now) is not { } span)
                continue;
            var evidence = await AskAsync(ServingAccount.Question(pod, span.From, span.To), cancellationToken);
            if (evidence?.Away == true)
            {
                metrics.Looked([], NothingKnown);
                return;
            }

            if (RunEnergyMeter.Measure(ServingAccount.Inputs(pod, span.From, span.To, evidence, terms)) is { } energy)
            {
                var watts = energy.EnergyMilliwattHours / 1000.0 / (span.To - span.From).TotalHours;
                looks.Add(new(pod.Namespace, pod.Canary, pod.Component, pod.Version, energy.Method, watts, energy.EmissionsMilligrams));
            }
        }

        var sums = looks.GroupBy(static l => (l.Namespace, l.Canary, l.Component, l.Version, l.Method))
            .Select(static g => g.First() with { Watts = g.Sum(static l => l.Watts), Milligrams = g.Sum(static l => l.Milligrams) });
        metrics.Looked([.. sums], await PredictionsAsync(known, start, now, cancellationToken) ?? NothingKnown);
    }

    private static Dictionary<(string Namespace, string Canary), IReadOnlyDictionary<string, long>> NothingKnown => [];

    /// <summary>Predictions by canary and version; null when a Prometheus does not answer.</summary>
    private async Task<Dictionary<(string Namespace, string Canary), IReadOnlyDictionary<string, long>>?> PredictionsAsync(
        IReadOnlyList<ServingPod> known, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var all = NothingKnown;
        // Addresses of users' own that did not answer: they hold up one pass only so often.
        var away = new HashSet<string>(StringComparer.Ordinal);
        foreach (var canary in known.Where(p => p.Within(start, end) is not null).GroupBy(static p => (p.Namespace, p.Canary)))
        {
            var address = pods.PrometheusOf(canary.Key.Namespace, canary.Key.Canary);
            if (address is not null && (away.Count == MostAway || away.Contains(address)))
                continue;
            var young = canary.Where(p => p.Component == ServingPod.Gateway && p.Start >= start).Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
            try
            {
                if (await requests.CountAsync(canary.Key.Namespace, canary.Key.Canary, address, start, end, young, cancellationToken) is { } counts)
                    all[canary.Key] = counts;
            }
            catch (PowerQueryException failure) when (failure.IsAway && address is null)
            {
                return null;
            }
            catch (Exception wrong) when (wrong is PowerQueryException or UriFormatException or NotSupportedException)
            {
                // Not known, and no other canary waits for it.
                if (wrong is PowerQueryException { IsAway: true })
                    away.Add(address!);
            }
        }

        return all;
    }

    private async Task<PowerEvidence?> AskAsync(PowerQuestion question, CancellationToken cancellationToken) =>
        power is null ? null : await power.MeasureAsync(question, cancellationToken);

    private async Task<ServingTerms> TermsAsync(CancellationToken cancellationToken) =>
        new(options.Zone, await intensity(options.Zone, cancellationToken), options.PueMilli, options.Prices);
}
