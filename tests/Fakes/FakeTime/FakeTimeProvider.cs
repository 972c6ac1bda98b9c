namespace ModelOperator.Fakes;

/// <summary>
/// A clock that moves only when told. Timers fire inside <see cref="Advance"/>, in order of their due time, with the clock
/// standing at that time. Thread-safe.
/// </summary>
public sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private DateTimeOffset now;

    /// <summary>Starts at a fixed date.</summary>
    public FakeTimeProvider()
        : this(new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Starts at a given time.</summary>
    /// <param name="start">First reading of the clock.</param>
    public FakeTimeProvider(DateTimeOffset start) => now = start;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that are armed; a test waits for them before it moves the clock.</summary>
    public int Armed
    {
        get
        {
            lock (gate)
                return timers.Count(static timer => timer.DueAt is not null);
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (gate)
            return now.UtcTicks;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, firing what falls due on the way.</summary>
    /// <param name="by">Distance; not negative.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset target;
        lock (gate)
            target = now + by;
        while (TakeNext(target) is { } timer)
            timer.Fire();
        lock (gate)
            now = now > target ? now : target;
    }

    private FakeTimer? TakeNext(DateTimeOffset target)
    {
        lock (gate)
        {
            var next = timers.Where(timer => timer.DueAt <= target).MinBy(static timer => timer.DueAt);
            if (next?.DueAt is not { } at)
                return null;
            now = at > now ? at : now;
            next.DueAt = next.Period > TimeSpan.Zero ? at + next.Period : null;
            if (next.DueAt is null)
                timers.Remove(next);
            return next;
        }
    }

    private sealed class FakeTimer(FakeTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private bool disposed;

        public DateTimeOffset? DueAt { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var fireNow = false;
            lock (owner.gate)
            {
                if (disposed)
                    return false;
                owner.timers.Remove(this);
                Period = period;
                DueAt = dueTime < TimeSpan.Zero ? null : owner.now + dueTime;
                if (DueAt is not null)
                    owner.timers.Add(this);
                fireNow = dueTime == TimeSpan.Zero;
                if (fireNow && period <= TimeSpan.Zero)
                {
                    DueAt = null;
                    owner.timers.Remove(this);
                }
            }

            if (fireNow)
                ThreadPool.QueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            return true;
        }

        public void Fire()
        {
            lock (owner.gate)
            {
                if (disposed)
                    return;
            }

            callback(state);
        }

        public void Dispose()
        {
            lock (owner.gate)
            {
                disposed = true;
                DueAt = null;
                owner.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
