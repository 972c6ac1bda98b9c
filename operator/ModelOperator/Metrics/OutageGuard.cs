using System.Collections.Concurrent;
using ModelOperator.Analysis;

namespace ModelOperator.Metrics;

/// <summary>
/// Keeps a provider that hangs from holding up everything else: after an answer that took too long and failed, the same address fails at once for a while, with
/// the same words, and one query at a time finds out whether it is back. Thread-safe.
/// </summary>
/// <param name="inner">The provider.</param>
/// <param name="time">Clock.</param>
public sealed class OutageGuard(IMetricSource inner, TimeProvider time) : IMetricSource
{
    /// <summary>A failure that took at least this long counts as hanging.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    /// <summary>Time between two queries to an address that hangs.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Most addresses that are remembered; a spec can name any.</summary>
    private const int MaxAddresses = 1000;

    private readonly ConcurrentDictionary<string, Outage> _outages = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<Sample> QueryAsync(string address, string query, CancellationToken cancellationToken) => QueryAsync(address, query, null, cancellationToken);

    /// <inheritdoc/>
    public async Task<Sample> QueryAsync(string address, string query, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        if (_outages.TryGetValue(address, out var outage))
        {
            var now = time.GetUtcNow();
            // Who moves the time forward asks; the others hear what is known.
            if (now < outage.Until || !_outages.TryUpdate(address, outage with { Until = now + Pause }, outage))
                return outage.Sample;
        }

        var sample = await inner.QueryAsync(address, query, at, cancellationToken);
        if (sample.Kind != SampleKind.QueryFailed || time.GetElapsedTime(began) < Slow)
            _outages.TryRemove(address, out _);
        else if (_outages.Count < MaxAddresses || _outages.ContainsKey(address))
            _outages[address] = new(time.GetUtcNow() + Pause, sample);
        return sample;
    }

    private sealed record Outage(DateTimeOffset Until, Sample Sample);
}
