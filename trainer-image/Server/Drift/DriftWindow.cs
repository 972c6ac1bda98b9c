namespace ModelOperator.Server.Drift;

/// <summary>
/// What was counted in the last window, from counters that only rise. It looks at them when it is asked, so the window is up to a twelfth longer than asked for,
/// and as long as the time between two questions when these are rarer.
/// </summary>
internal sealed class DriftWindow(TimeSpan length, TimeProvider time, int counters)
{
    private const int Parts = 12;

    private readonly Lock _lock = new();
    private readonly Queue<(long At, long[] Counts)> _looks = new([(time.GetTimestamp(), new long[counters])]);
    private long _latest = time.GetTimestamp();

    /// <summary>The differences to the newest look that is a whole window old, or to the oldest one.</summary>
    internal long[] Since(long[] counts)
    {
        lock (_lock)
        {
            while (_looks.Count > 1 && time.GetElapsedTime(_looks.ElementAt(1).At) >= length)
                _looks.Dequeue();
            var before = _looks.Peek().Counts;
            if (time.GetElapsedTime(_latest) >= length / Parts)
            {
                _latest = time.GetTimestamp();
                _looks.Enqueue((_latest, counts));
            }

            return [.. counts.Zip(before, static (now, then) => now - then)];
        }
    }
}
