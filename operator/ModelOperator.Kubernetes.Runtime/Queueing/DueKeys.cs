namespace ModelOperator.Kubernetes.Runtime.Queueing;

/// <summary>Keys by the time they are due; one time per key, the nearest. Not thread-safe: the queue holds its lock.</summary>
internal sealed class DueKeys
{
    private const int SmallestHeap = 64;

    private readonly Dictionary<NamespacedName, TimeSpan> times = [];
    private PriorityQueue<NamespacedName, TimeSpan> heap = new();

    public int Count => times.Count;

    /// <summary>The nearest time, or null when nothing is scheduled.</summary>
    public TimeSpan? Nearest
    {
        get
        {
            DropStale();
            return heap.TryPeek(out _, out var at) ? at : null;
        }
    }

    public void Schedule(NamespacedName key, TimeSpan at)
    {
        if (times.TryGetValue(key, out var known) && known <= at)
            return;
        times[key] = at;
        heap.Enqueue(key, at);
        if (heap.Count > SmallestHeap && heap.Count > 2 * times.Count)
            heap = new PriorityQueue<NamespacedName, TimeSpan>(times.Select(static pair => (pair.Key, pair.Value)));
    }

    /// <summary>Takes one key whose time has come, or null.</summary>
    public NamespacedName? TakeDue(TimeSpan now)
    {
        DropStale();
        if (!heap.TryPeek(out var key, out var at) || at > now)
            return null;
        heap.Dequeue();
        times.Remove(key);
        return key;
    }

    private void DropStale()
    {
        while (heap.TryPeek(out var key, out var at) && !(times.TryGetValue(key, out var current) && current == at))
            heap.Dequeue();
    }
}
