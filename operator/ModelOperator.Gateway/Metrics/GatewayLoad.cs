using System.Diagnostics;

namespace ModelOperator.Gateway.Metrics;

/// <summary>
/// How much there is to do: counters since the gateway started, of all arms together. Who reads them twice knows the requests per second and, by Little's law, how many
/// were under way on average. All updates are single atomic operations.
/// </summary>
public sealed class GatewayLoad
{
    private long _begun;
    private long _ended;
    private long _ticks;
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Requests that arrived for an arm.</summary>
    public long Requests => Volatile.Read(ref _begun);

    /// <summary>Requests that have no answer yet, held ones included.</summary>
    public long InFlight => Math.Max(0, Volatile.Read(ref _begun) - Volatile.Read(ref _ended));

    /// <summary>Seconds that servers took over requests, all together; of those that have ended.</summary>
    public double BusySeconds => Volatile.Read(ref _ticks) / (double)Stopwatch.Frequency;

    /// <summary>Time since the last request came or ended, or since the start.</summary>
    public TimeSpan Idle => InFlight > 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Volatile.Read(ref _last));

    /// <summary>A request arrived.</summary>
    public void Begin() => Interlocked.Increment(ref _begun);

    /// <summary>It has ended.</summary>
    /// <param name="ticks">Stopwatch ticks from when it was sent on; 0 when it never was.</param>
    /// <param name="now">Stopwatch timestamp of its end.</param>
    public void End(long ticks, long now)
    {
        Interlocked.Add(ref _ticks, ticks);
        Volatile.Write(ref _last, now);
        Interlocked.Increment(ref _ended);
    }
}
