namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// A clock that starts now and runs a number of times faster than the system's, timers included: the operator's waits of seconds pass in
/// milliseconds while the order of events stays what the real clock would give.
/// </summary>
/// <param name="speed">How many times faster.</param>
internal sealed class FastTime(double speed) : TimeProvider
{
    private readonly DateTimeOffset began = System.GetUtcNow();
    private readonly long origin = System.GetTimestamp();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => began + Passed;

    public override long GetTimestamp() => Passed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(this, System.CreateTimer(callback, state, Real(dueTime), Real(period)));

    /// <summary>How long that takes on the system's clock.</summary>
    internal TimeSpan Real(TimeSpan time) => time <= TimeSpan.Zero ? time : TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (long)(time.Ticks / speed)));

    private TimeSpan Passed => System.GetElapsedTime(origin) * speed;

    private sealed class FastTimer(FastTime owner, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(owner.Real(dueTime), owner.Real(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
