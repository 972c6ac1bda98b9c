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

    /// <summary>A holder's constant part of a shared device.</summary>
    /// <param name="share">0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 to 1.</exception>
    public EnergyReading Scaled(double share) => Scaled(_ => share, []);

    /// <summary>A holder's part of a shared device where the part changes over time.</summary>
    /// <param name="share">The part at an instant, 0 to 1; constant between the edges.</param>
    /// <param name="edges">When it may change.</param>
    /// <exception cref="ArgumentOutOfRangeException">A part outside 0 to 1.</exception>
    public EnergyReading Scaled(Func<DateTimeOffset, double> share, IEnumerable<DateTimeOffset> edges)
    {
        DateTimeOffset[] cuts = [Start, .. edges.Where(e => e > Start && e < End).Distinct().Order(), End];
        var parts = new List<EnergySegment>();
        foreach (var segment in Segments)
        {
            for (var i = 1; i < cuts.Length; i++)
            {
                if (segment.Clip(cuts[i - 1], cuts[i]) is { } part)
                    parts.Add(Scaled(part, share(part.Start)));
            }
        }

        return new(Start, End, parts, Flags);
    }

    private static EnergySegment Scaled(EnergySegment segment, double share) => share is >= 0 and <= 1
        ? segment with { StartWatts = segment.StartWatts * share, EndWatts = segment.EndWatts * share }
        : throw new ArgumentOutOfRangeException(nameof(share), share, "a share lies between 0 and 1");

    /// <summary>Clips segments to the interval and notes time that nothing covers.</summary>
    internal static EnergyReading Create(
        DateTimeOffset start, DateTimeOffset end, IEnumerable<EnergySegment> segments, EnergyFlags flags)
    {
        var inside = segments.Select(s => s.Clip(start, end)).OfType<EnergySegment>().ToArray();
        var covered = inside.Sum(s => s.Duration.Ticks);
        return new(start, end, inside, covered < (end - start).Ticks ? flags | EnergyFlags.Uncovered : flags);
    }
}
