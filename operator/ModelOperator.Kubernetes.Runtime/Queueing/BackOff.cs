namespace ModelOperator.Kubernetes.Runtime.Queueing;

/// <summary>Exponential back-off with jitter; pure. Retries never end, they only become rare.</summary>
/// <param name="First">Delay after the first failure.</param>
/// <param name="Longest">Upper bound of every delay.</param>
/// <param name="JitterShare">Share of the delay that is random: 0 = none, 0.2 = delay in [0.8 d, d], 1 = full jitter [0, d].</param>
public sealed record BackOff(TimeSpan First, TimeSpan Longest, double JitterShare)
{
    /// <summary>Per-key retries of controllers: 1 s doubling to 5 min, last fifth random.</summary>
    public static BackOff Reconcile { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), 0.2);

    /// <summary>Reconnects of watches: 0.2 s doubling to 30 s, full jitter.</summary>
    public static BackOff Watch { get; } = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), 1);

    /// <summary>The delay after the <paramref name="failures"/>-th failure in a row (1 = first).</summary>
    /// <param name="failures">Failures in a row; values below 1 give zero. Any size is safe: the power is capped before it overflows.</param>
    /// <param name="unit">A number in [0, 1).</param>
    public TimeSpan Delay(int failures, double unit)
    {
        if (failures < 1)
            return TimeSpan.Zero;
        var power = Math.Pow(2, Math.Min(failures - 1, 60));
        var ticks = Math.Min(First.Ticks * power, Longest.Ticks);
        return TimeSpan.FromTicks((long)(ticks * (1 - (JitterShare * unit))));
    }
}
