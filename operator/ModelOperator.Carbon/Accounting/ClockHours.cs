namespace ModelOperator.Carbon.Accounting;

/// <summary>Full hours of the clock, UTC.</summary>
internal static class ClockHours
{
    /// <summary>One of them.</summary>
    internal static readonly TimeSpan Length = TimeSpan.FromHours(1);

    /// <summary>Start of the hour that holds an instant.</summary>
    internal static DateTimeOffset StartOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % Length.Ticks), TimeSpan.Zero);
}
