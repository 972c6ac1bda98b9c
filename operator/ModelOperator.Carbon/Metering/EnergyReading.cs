namespace ModelOperator.Carbon.Metering;

/// <summary>IT energy of one device over one interval, with what is needed to judge it and to cost it by time.</summary>
public sealed record EnergyReading
{
    private const double GoodCoverage = 0.95;
    private const double PartialCoverage = 0.5;

    private EnergyReading(DateTimeOffset start, DateTimeOffset end, IReadOnlyList<EnergySegment> segments, EnergyFlags flags)
    {
        Start = start;
        End = end;
        Segments = segments;
        Flags = flags;
    }

    /// <summary>Start of the interval, included.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>End of the interval, excluded.</summary>
    public DateTimeOffset End { get; }

    /// <summary>The stretches the energy is made of: in order of time, without overlap, inside the interval.</summary>
    public IReadOnlyList<EnergySegment> Segments { get; }

    /// <summary>What happened on the way.</summary>
    public EnergyFlags Flags { get; }

    /// <summary>All energy, measured and filled in, in J.</summary>
    public double Joules => Segments.Sum(s => s.Joules);

    /// <summary>The part of <see cref="Joules"/> that was filled in (long gaps, held edges), in J.</summary>
    public double EstimatedJoules => Segments.Where(s => !s.Measured).Sum(s => s.Joules);

    /// <summary>All energy in ledger units, rounded once.</summary>
    public Energy Energy => Energy.FromJoules(Joules);

    /// <summary>Share of the interval that was measured, 0 to 1: sum of measured time / (End - Start).</summary>
    public double Coverage => Segments.Where(s => s.Measured).Sum(s => s.Duration.Ticks) / (double)(End - Start).Ticks;

    /// <summary>Grade of the coverage.</summary>
    public EnergyQuality Quality => Coverage switch
    {
        >= GoodCoverage => EnergyQuality.Good,
        >= PartialCoverage => EnergyQuality.Partial,
        > 0 => EnergyQuality.Poor,
        _ => EnergyQuality.None,
    };

    /// <summary>Clips segments to the interval and notes time that nothing covers.</summary>
    internal static EnergyReading Create(
        DateTimeOffset start, DateTimeOffset end, IEnumerable<EnergySegment> segments, EnergyFlags flags)
    {
        var inside = segments.Select(s => s.Clip(start, end)).OfType<EnergySegment>().ToArray();
        var covered = inside.Sum(s => s.Duration.Ticks);
        return new(start, end, inside, covered < (end - start).Ticks ? flags | EnergyFlags.Uncovered : flags);
    }
}
