using System.Collections.Concurrent;

namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// A clock that starts now and runs a number of times faster than the system's, timers included: the operator's waits of seconds pass in
/// milliseconds while the order of events stays what the real clock would give. It can jump ahead; timers that are due by then fire.
/// </summary>
/// <param name="speed">How many times faster.</param>
internal sealed class FastTime(double speed) : TimeProvider
{
    private readonly DateTimeOffset began = System.GetUtcNow();
    private readonly long origin = System.GetTimestamp();
    private readonly ConcurrentDictionary<FastTimer, bool> timers = new();
    private long jumped;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => began + Passed;

    public override long GetTimestamp() => Passed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FastTimer(this, callback, state);
        timers[timer] = true;
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>How long that takes on the system's clock.</summary>
    internal TimeSpan Real(TimeSpan time) => time <= TimeSpan.Zero ? time : TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (long)(time.Ticks / speed)));

    internal void Jump(TimeSpan ahead)
    {
        Interlocked.Add(ref jumped, ahead.Ticks);
        foreach (var timer in timers.Keys)
            timer.Hurry();
    }

    private TimeSpan Passed => (System.GetElapsedTime(origin) * speed) + TimeSpan.FromTicks(Interlocked.Read(ref jumped));

    private sealed class FastTimer : ITimer
    {
        private readonly FastTime owner;
        private readonly ITimer inner;
        private readonly Lock gate = new();
        private TimeSpan? due;
        private TimeSpan period;

        internal FastTimer(FastTime owner, TimerCallback callback, object? state)
        {
            this.owner = owner;
            inner = System.CreateTimer(
                _ =>
                {
                    lock (gate)
                        due = period > TimeSpan.Zero ? owner.Passed + period : null;
                    callback(state);
                },
                null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (gate)
            {
                (due, this.period) = (dueTime < TimeSpan.Zero ? null : owner.Passed + dueTime, period);
                return inner.Change(owner.Real(dueTime), owner.Real(period));
            }
        }

        public void Dispose()
        {
            owner.timers.TryRemove(this, out _);
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            owner.timers.TryRemove(this, out _);
            return inner.DisposeAsync();
        }

        internal void Hurry()
        {
            lock (gate)
            {
                if (due is { } at && at - owner.Passed is var left)
                    inner.Change(owner.Real(left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1)), owner.Real(period));
            }
        }
    }
}
