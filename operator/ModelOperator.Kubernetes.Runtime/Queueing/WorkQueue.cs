namespace ModelOperator.Kubernetes.Runtime.Queueing;

/// <summary>
/// A queue of keys. A key waits at most once, is worked on by at most one worker, and when it is added while it is worked on
/// it comes back exactly once after <see cref="Done"/>; it never blocks a worker meanwhile. Thread-safe.
/// </summary>
/// <remarks>
/// <code>
/// Add ──────────────► ready (normal | low) ──Take──► processing ──Done──► gone
/// AddAfter ─► due ─timer─►  ▲                            │ added meanwhile
///                           └────────────────────────────┘
/// </code>
/// A nearer time wins over a later one; an event never cancels a timer.
/// </remarks>
public sealed class WorkQueue : IDisposable
{
    /// <summary>One in this many takes serves the low priority first, so that a stream of events cannot starve it.</summary>
    private const int LowShare = 16;

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly BackOff backOff;
    private readonly TokenBucket? bucket;
    private readonly Func<double> jitter;
    private readonly IWorkQueueObserver? observer;
    private readonly long origin;
    private readonly SemaphoreSlim available = new(0);
    private readonly ReadyKeys ready = new(LowShare);
    private readonly Dictionary<NamespacedName, QueuePriority?> processing = [];
    private readonly Dictionary<NamespacedName, int> failures = [];
    private readonly DueKeys due = new();
    private readonly ITimer timer;
    private TimeSpan? armedFor;
    private TimeSpan progressAt;
    private bool disposed;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="name">Name in metrics and logs.</param>
    /// <param name="time">Clock and timer.</param>
    /// <param name="backOff">Delay of <see cref="Retry"/>; default <see cref="BackOff.Reconcile"/>.</param>
    /// <param name="bucket">Process-wide limit of retries, or none.</param>
    /// <param name="jitter">Numbers in [0, 1); default <see cref="Jitter.Next"/>.</param>
    /// <param name="observer">Receives measurements, or none.</param>
    public WorkQueue(
        string name,
        TimeProvider time,
        BackOff? backOff = null,
        TokenBucket? bucket = null,
        Func<double>? jitter = null,
        IWorkQueueObserver? observer = null)
    {
        Name = name;
        this.time = time;
        this.backOff = backOff ?? BackOff.Reconcile;
        this.bucket = bucket;
        this.jitter = jitter ?? Jitter.Next;
        this.observer = observer;
        origin = time.GetTimestamp();
        timer = time.CreateTimer(static state => ((WorkQueue)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Name in metrics and logs.</summary>
    public string Name { get; }

    /// <summary>Keys that are ready and wait for a worker.</summary>
    public int Depth
    {
        get
        {
            lock (gate)
                return ready.Count;
        }
    }

    /// <summary>Keys that wait for their time.</summary>
    public int Scheduled
    {
        get
        {
            lock (gate)
                return due.Count;
        }
    }

    /// <summary>How long keys have been waiting without any worker taking or finishing one; zero when nothing waits.</summary>
    public TimeSpan Stuck
    {
        get
        {
            lock (gate)
                return ready.Count == 0 ? TimeSpan.Zero : Now - progressAt;
        }
    }

    private TimeSpan Now => time.GetElapsedTime(origin);

    /// <summary>Makes the key ready now. While it is worked on, it comes back once afterwards.</summary>
    /// <param name="key">Key.</param>
    /// <param name="priority">The higher of all adds wins.</param>
    public void Add(NamespacedName key, QueuePriority priority = QueuePriority.Normal)
    {
        lock (gate)
            Add_NeedsLock(key, priority);
    }

    /// <summary>Makes the key ready after a delay. If it is scheduled already, the nearer time wins.</summary>
    /// <param name="key">Key.</param>
    /// <param name="delay">Delay; zero or negative means now.</param>
    public void AddAfter(NamespacedName key, TimeSpan delay)
    {
        lock (gate)
        {
            if (disposed)
                return;
            if (delay <= TimeSpan.Zero)
            {
                Add_NeedsLock(key, QueuePriority.Normal);
                return;
            }

            due.Schedule(key, Now + delay);
            Arm_NeedsLock();
        }
    }

    /// <summary>Schedules the key after a failure: exponential per key, never given up.</summary>
    /// <param name="key">Key.</param>
    /// <returns>The delay chosen.</returns>
    public TimeSpan Retry(NamespacedName key)
    {
        var tokenAt = bucket?.Reserve() ?? TimeSpan.Zero;
        TimeSpan delay;
        lock (gate)
        {
            var count = failures[key] = failures.GetValueOrDefault(key) + 1;
            delay = backOff.Delay(count, jitter());
        }

        delay = delay < tokenAt ? tokenAt : delay;
        observer?.Retried(Name);
        AddAfter(key, delay);
        return delay;
    }

    /// <summary>Ends the back-off of a key after a success.</summary>
    /// <param name="key">Key.</param>
    public void Forget(NamespacedName key)
    {
        lock (gate)
            failures.Remove(key);
    }

    /// <summary>Failures in a row of a key.</summary>
    /// <param name="key">Key.</param>
    public int Failures(NamespacedName key)
    {
        lock (gate)
            return failures.GetValueOrDefault(key);
    }

    /// <summary>Waits for the next ready key and marks it as worked on. Every take needs a <see cref="Done"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<NamespacedName> TakeAsync(CancellationToken cancellationToken)
    {
        await available.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            var (key, readySince) = ready.Take();
            processing[key] = null;
            progressAt = Now;
            observer?.Taken(Name, progressAt - readySince);
            return key;
        }
    }

    /// <summary>Ends the work on a key. If it was added meanwhile it is ready again.</summary>
    /// <param name="key">Key that was taken.</param>
    public void Done(NamespacedName key)
    {
        lock (gate)
        {
            progressAt = Now;
            if (processing.Remove(key, out var again) && again is { } priority)
                Add_NeedsLock(key, priority);
        }
    }

    /// <summary>Stops the timer; keys that wait are dropped with the process, to be listed again by the next one.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
        }

        timer.Dispose();
        available.Dispose();
    }

    private void Add_NeedsLock(NamespacedName key, QueuePriority priority)
    {
        if (disposed)
            return;
        observer?.Added(Name);
        if (processing.TryGetValue(key, out var again))
        {
            processing[key] = again is { } known && known > priority ? known : priority;
            return;
        }

        if (ready.Count == 0)
            progressAt = Now;
        if (ready.Add(key, priority, Now))
            available.Release();
    }

    private void OnTimer()
    {
        lock (gate)
        {
            if (disposed)
                return;
            armedFor = null;
            // What was put off goes behind fresh events: a burst of new objects is not held up by those that only want to look again.
            while (due.TakeDue(Now) is { } key)
                Add_NeedsLock(key, QueuePriority.Low);
            Arm_NeedsLock();
        }
    }

    private void Arm_NeedsLock()
    {
        if (due.Nearest is not { } nearest || (armedFor is { } armed && armed <= nearest))
            return;
        armedFor = nearest;
        var wait = nearest - Now;
        timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait, Timeout.InfiniteTimeSpan);
    }
}
