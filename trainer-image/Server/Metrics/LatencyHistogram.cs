namespace ModelOperator.Server.Metrics;

/// <summary>Counts durations per bucket without locks.</summary>
internal sealed class LatencyHistogram
{
    /// <summary>Upper bounds in seconds.</summary>
    internal static readonly double[] Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private long _ticks;

    internal void Observe(TimeSpan duration)
    {
        var seconds = duration.TotalSeconds;
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
        Interlocked.Add(ref _ticks, duration.Ticks);
    }

    /// <summary>Cumulative counts per bound, the last one being all, and the sum in seconds.</summary>
    internal (long[] Cumulative, double Sum) Read()
    {
        var cumulative = new long[_buckets.Length];
        long sum = 0;
        for (var i = 0; i < _buckets.Length; i++)
            cumulative[i] = sum += Interlocked.Read(ref _buckets[i]);
        return (cumulative, TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds);
    }
}
