namespace ModelOperator.Carbon.Metering;

/// <summary>
/// A stretch of time [Start, End) in which power goes linearly from <see cref="StartWatts"/> to <see cref="EndWatts"/>. Between two power
/// samples that is the trapezoid rule; for the difference of a counter both ends are the mean power.
/// </summary>
/// <param name="Start">Start, included.</param>
/// <param name="End">End, excluded; after <paramref name="Start"/>.</param>
/// <param name="StartWatts">Power at the start, W.</param>
/// <param name="EndWatts">Power at the end, W.</param>
/// <param name="Measured">True when both ends were read within the permitted gap; false when the stretch was filled in.</param>
public readonly record struct EnergySegment(DateTimeOffset Start, DateTimeOffset End, double StartWatts, double EndWatts, bool Measured)
{
    /// <summary>Length of the stretch.</summary>
    public TimeSpan Duration => End - Start;

    /// <summary>E = (P0 + P1) / 2 * dt, in J.</summary>
    public double Joules => (StartWatts + EndWatts) / 2 * Duration.TotalSeconds;

    /// <summary>A stretch of constant power that holds the given joules.</summary>
    /// <exception cref="ArgumentException">The end is not after the start.</exception>
    public static EnergySegment Uniform(DateTimeOffset start, DateTimeOffset end, double joules, bool measured)
    {
        if (end <= start)
            throw new ArgumentException("a segment ends after it starts", nameof(end));
        var watts = joules / (end - start).TotalSeconds;
        return new(start, end, watts, watts, measured);
    }

    /// <summary>The part inside [from, to), with linearly interpolated power at the new ends; null when nothing is left.</summary>
    public EnergySegment? Clip(DateTimeOffset from, DateTimeOffset to)
    {
        var start = Start > from ? Start : from;
        var end = End < to ? End : to;
        if (start >= end)
            return null;
        return new EnergySegment(start, end, WattsAt(start), WattsAt(end), Measured);
    }

    private double WattsAt(DateTimeOffset at) =>
        StartWatts + ((EndWatts - StartWatts) * ((at - Start).Ticks / (double)Duration.Ticks));
}
