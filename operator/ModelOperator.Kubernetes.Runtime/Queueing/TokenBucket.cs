namespace ModelOperator.Kubernetes.Runtime.Queueing;

/// <summary>Process-wide limit of retries: so many tokens a second, at most a burst of them saved up. Thread-safe.</summary>
public sealed class TokenBucket
{
    private readonly Lock gate = new();
    private readonly double perSecond;
    private readonly double burst;
    private readonly TimeProvider time;
    private readonly long origin;
    private double tokens;
    private TimeSpan filledAt;

    /// <summary>Makes a full bucket.</summary>
    /// <param name="perSecond">Tokens added per second.</param>
    /// <param name="burst">Most tokens kept.</param>
    /// <param name="time">Clock.</param>
    public TokenBucket(double perSecond, double burst, TimeProvider time)
    {
        (this.perSecond, this.burst, this.time) = (perSecond, burst, time);
        tokens = burst;
        origin = time.GetTimestamp();
    }

    /// <summary>Takes one token, going into debt if none is left.</summary>
    /// <returns>How long the caller has to wait until its token exists; zero when one was there.</returns>
    public TimeSpan Reserve()
    {
        lock (gate)
        {
            var now = time.GetElapsedTime(origin);
            tokens = Math.Min(burst, tokens + ((now - filledAt).TotalSeconds * perSecond));
            filledAt = now;
            tokens -= 1;
            return tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-tokens / perSecond);
        }
    }
}
