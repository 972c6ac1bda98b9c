using System.Collections.Immutable;
using System.Diagnostics;

namespace ModelOperator.Gateway.Metrics;

/// <summary>Counters of one version in one role, of one kind of traffic. All updates are single atomic adds.</summary>
public sealed class ArmSeries
{
    /// <summary>Codes that exist from the start, so that increase() sees the first error of a version.</summary>
    public static readonly ImmutableArray<int> InitialCodes = [200, 400, 422, 500, 502, 503, 504];

    /// <summary>Upper ends of the latency buckets, seconds.</summary>
    public static readonly ImmutableArray<double> Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly long[] BucketTicks = [.. Buckets.Select(seconds => (long)(seconds * Stopwatch.Frequency))];

    private readonly long[] _codes = new long[600];
    private readonly long[] _buckets = new long[Buckets.Length + 1];
    private long _ticks;

    internal ArmSeries(string labels, ArmTraffic traffic)
    {
        Labels = labels;
        Traffic = traffic;
    }

    /// <summary>What is counted; each kind has series with names of their own.</summary>
    internal ArmTraffic Traffic { get; }

    /// <summary>Labels namespace, canary, version and arm in exposition format, without braces.</summary>
    internal string Labels { get; }

    /// <summary>Requests answered, all codes.</summary>
    public long Requests => _codes.Sum();

    /// <summary>Requests answered with a code.</summary>
    public long Count(int code) => Volatile.Read(ref _codes[code]);

    /// <summary>Counts one answered request.</summary>
    /// <param name="code">Status code sent to the client; 499 when the client went away.</param>
    /// <param name="elapsed">Stopwatch ticks from the request's arrival to the end of its response.</param>
    public void Observe(int code, long elapsed)
    {
        Interlocked.Increment(ref _codes[code is >= 100 and < 600 ? code : 599]);
        Interlocked.Add(ref _ticks, elapsed);
        var bucket = 0;
        while (bucket < BucketTicks.Length && elapsed > BucketTicks[bucket])
            bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
    }

    /// <summary>Codes that were counted or exist from the start, ascending, with their counts.</summary>
    internal IEnumerable<(int Code, long Count)> Codes()
    {
        for (var code = 100; code < _codes.Length; code++)
        {
            var count = Count(code);
            if (count > 0 || InitialCodes.Contains(code))
                yield return (code, count);
        }
    }

    /// <summary>Cumulative bucket counts, +Inf last, and the sum in seconds.</summary>
    internal (long[] Cumulative, double Sum) Histogram()
    {
        var cumulative = new long[_buckets.Length];
        var sum = 0L;
        for (var i = 0; i < cumulative.Length; i++)
            cumulative[i] = sum += Volatile.Read(ref _buckets[i]);
        return (cumulative, Volatile.Read(ref _ticks) / (double)Stopwatch.Frequency);
    }
}
