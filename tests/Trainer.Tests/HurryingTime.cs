namespace ModelOperator.Trainer.Tests;

/// <summary>A clock that goes ahead by a step at every look at its timestamp.</summary>
internal sealed class HurryingTime(TimeSpan step) : TimeProvider
{
    private long looks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref looks, step.Ticks);
}
