namespace ModelOperator.Kubernetes.Runtime.Queueing;

/// <summary>
/// Two first-in-first-out lines of distinct keys. A key that is raised from low to normal leaves a stale entry in the low line,
/// recognised by its sequence number when it comes up. Not thread-safe: the queue holds its lock.
/// </summary>
/// <param name="lowShare">One in this many takes serves the low line first.</param>
internal sealed class ReadyKeys(int lowShare)
{
    private readonly Dictionary<NamespacedName, Waiting> waiting = [];
    private readonly Queue<Entry> normal = new();
    private readonly Queue<Entry> low = new();
    private long sequence;
    private int takes;

    public int Count => waiting.Count;

    /// <summary>True when the key was not waiting before.</summary>
    public bool Add(NamespacedName key, QueuePriority priority, TimeSpan now)
    {
        var known = waiting.TryGetValue(key, out var before);
        if (known && before.Priority >= priority)
            return false;
        var entry = new Entry(key, ++sequence);
        waiting[key] = new Waiting(priority, entry.Sequence, known ? before.Since : now);
        (priority == QueuePriority.Normal ? normal : low).Enqueue(entry);
        return !known;
    }

    /// <summary>The next key and since when it waited.</summary>
    /// <exception cref="InvalidOperationException">No key waits.</exception>
    public (NamespacedName Key, TimeSpan Since) Take()
    {
        takes = (takes + 1) % lowShare;
        var (first, second) = takes == 0 ? (low, normal) : (normal, low);
        return TakeFrom(first) ?? TakeFrom(second) ?? throw new InvalidOperationException("The queue is empty.");
    }

    private (NamespacedName Key, TimeSpan Since)? TakeFrom(Queue<Entry> line)
    {
        while (line.TryDequeue(out var entry))
        {
            if (!waiting.TryGetValue(entry.Key, out var state) || state.Sequence != entry.Sequence)
                continue;
            waiting.Remove(entry.Key);
            return (entry.Key, state.Since);
        }

        return null;
    }

    private readonly record struct Entry(NamespacedName Key, long Sequence);

    private readonly record struct Waiting(QueuePriority Priority, long Sequence, TimeSpan Since);
}
