using ModelOperator.Gateway.Routing;
using ModelOperator.Gateway.Traffic;

namespace ModelOperator.Gateway.Metrics;

/// <summary>
/// All series of the gateway. Series of a version outlive its place in the table, because requests may still be in flight and a scrape must see their end;
/// of versions that are out of the table, the latest 16 are kept, so that a gateway that serves for years does not grow.
/// </summary>
public sealed class GatewayMetrics
{
    private const int MaxRetired = 16;

    private readonly Lock _changing = new();
    private readonly List<ArmSeries> _series = [];
    private readonly long[] _updates = new long[Enum.GetValues<RouteUpdateResult>().Length];
    private volatile RouteTable? _table;
    private volatile Experiment? _experiment;
    private long _unrouted;
    private long _dropped;
    private readonly long[] _holds = new long[Enum.GetValues<HoldOutcome>().Length];
    private int _held;

    /// <summary>How much there is to do.</summary>
    public GatewayLoad Load { get; } = new();

    /// <summary>Requests that wait for a server now.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>The table whose weights are shown.</summary>
    internal RouteTable? Table => _table;

    /// <summary>The latest experiment; an ended one is shown until the next.</summary>
    internal Experiment? Experiment => _experiment;

    /// <summary>Requests that no arm could be found for.</summary>
    public long Unrouted => Volatile.Read(ref _unrouted);

    /// <summary>Copies that were not sent: too many in flight, or the body is too large to hold.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>The counters of a version in a role, made at zero when new.</summary>
    public ArmSeries Series(CanaryName canary, string version, string arm, ArmTraffic traffic = ArmTraffic.Requests)
    {
        lock (_changing)
        {
            var labels = PrometheusText.Labels(("namespace", canary.Namespace), ("canary", canary.Name), ("version", version), ("arm", arm));
            if (_series.Find(series => series.Traffic == traffic && series.Labels == labels) is { } found)
                return found;
            ArmSeries made = new(labels, traffic);
            _series.Add(made);
            return made;
        }
    }

    /// <summary>Notes the table in force and drops the oldest series of versions that are no longer in it.</summary>
    public void InForce(RouteTable table)
    {
        lock (_changing)
        {
            _table = table;
            _experiment = table.Experiment ?? _experiment;
            var retired = _series.FindAll(series => !ReferenceEquals(table.Mirror?.Series, series) && !table.Arms.Any(arm => ReferenceEquals(arm.Series, series) || ReferenceEquals(arm.Feedback, series)));
            foreach (var kind in retired.GroupBy(static series => series.Traffic))
                foreach (var series in kind.SkipLast(MaxRetired))
                    _series.Remove(series);
        }
    }

    /// <summary>Counts a request that no arm could be found for.</summary>
    public void CountUnrouted() => Interlocked.Increment(ref _unrouted);

    /// <summary>A request begins to wait for a server; how many wait with it.</summary>
    internal int HoldBegins() => Interlocked.Increment(ref _held);

    /// <summary>A request no longer waits.</summary>
    internal void HoldEnds(HoldOutcome outcome)
    {
        Interlocked.Decrement(ref _held);
        Interlocked.Increment(ref _holds[(int)outcome]);
    }

    /// <summary>Requests that have waited, by how that ended.</summary>
    internal long Holds(HoldOutcome outcome) => Volatile.Read(ref _holds[(int)outcome]);

    /// <summary>Counts a new text of the route table.</summary>
    public void RouteUpdate(RouteUpdateResult result) => Interlocked.Increment(ref _updates[(int)result]);

    /// <summary>Counts a copy that was not sent.</summary>
    public void CountDropped() => Interlocked.Increment(ref _dropped);

    /// <summary>Texts of the route table seen, by result.</summary>
    public long RouteUpdates(RouteUpdateResult result) => Volatile.Read(ref _updates[(int)result]);

    /// <summary>All counters of arms, oldest first.</summary>
    internal ArmSeries[] Snapshot()
    {
        lock (_changing)
            return [.. _series];
    }
}
