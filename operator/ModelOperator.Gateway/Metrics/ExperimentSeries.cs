namespace ModelOperator.Gateway.Metrics;

/// <summary>Counters of one arm of an A/B test. Thread-safe.</summary>
public sealed class ExperimentSeries
{
    private readonly Lock _counting = new();
    private readonly EventCounts[] _events;
    private long _exposures;

    internal ExperimentSeries(string labels, int events)
    {
        Labels = labels;
        _events = new EventCounts[events];
    }

    /// <summary>Users seen for the first time.</summary>
    public long Exposures => Volatile.Read(ref _exposures);

    /// <summary>Labels namespace, canary, version and arm in exposition format, without braces.</summary>
    internal string Labels { get; }

    /// <summary>Counters of an event.</summary>
    public EventCounts Of(int kind)
    {
        lock (_counting)
            return _events[kind];
    }

    internal void Expose() => Interlocked.Increment(ref _exposures);

    internal void Convert(int kind, double value)
    {
        lock (_counting)
        {
            var old = _events[kind];
            _events[kind] = new(old.Events + 1, old.Conversions + 1, old.Sum + value, old.Squares + (value * value));
        }
    }

    internal void Repeat(int kind)
    {
        lock (_counting)
            _events[kind] = _events[kind] with { Events = _events[kind].Events + 1 };
    }
}
