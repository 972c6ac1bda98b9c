namespace ModelOperator.Kubernetes;

/// <summary>Client-side rate limit: a long-run rate with a burst. Waiters are served in order of arrival. Thread-safe.</summary>
/// <param name="rate">Tokens per second; 0 or less switches the limit off.</param>
/// <param name="burst">Tokens kept at most.</param>
/// <param name="time">Clock.</param>
internal sealed class TokenBucket(double rate, int burst, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = burst;
    private long _last = time.GetTimestamp();

    /// <summary>Takes one token, waiting until there is one. A cancelled wait gives its token back.</summary>
    internal async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        var wait = Reserve();
        if (wait <= TimeSpan.Zero)
            return;
        try
        {
            await Task.Delay(wait, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            GiveBack();
            throw;
        }
    }

    private TimeSpan Reserve()
    {
        if (rate <= 0)
            return TimeSpan.Zero;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_last, now).TotalSeconds * rate));
            _last = now;
            _tokens -= 1;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / rate);
        }
    }

    private void GiveBack()
    {
        lock (_lock)
            _tokens += 1;
    }
}
