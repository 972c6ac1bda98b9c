namespace ModelOperator.Carbon.Grid;

/// <summary>
/// All that is known about the intensity of one zone at one moment, as a fact to decide on: the same object gives the same answers for ever. Time
/// that no slot covers is filled by rule, never with zero: the last known value while it is not too old, then the mean of the same hour of day,
/// then the zone's fallback (for the average: the yearly table, where an unknown zone has the world's value).
/// </summary>
/// <typeparam name="TSignal">Average or marginal.</typeparam>
public sealed class ZoneIntensity<TSignal>
    where TSignal : struct, IGridSignal
{
    private const int HoursOfDay = 24;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Recent = TimeSpan.FromDays(8);

    private CarbonIntensity?[]? byHour;

    /// <summary>Keeps the facts.</summary>
    /// <param name="zone">Zone as the user names it.</param>
    /// <param name="timeline">Figures of the sources.</param>
    /// <param name="fallback">Used where nothing else is known; null leaves such time out.</param>
    /// <param name="fallbackSource">Where the fallback comes from.</param>
    /// <param name="rules">Staleness.</param>
    public ZoneIntensity(string zone, GridTimeline<TSignal> timeline, CarbonIntensity? fallback, string fallbackSource, GridRules? rules = null)
    {
        Zone = zone;
        Timeline = timeline;
        Fallback = fallback;
        FallbackSource = fallbackSource;
        Rules = rules ?? GridRules.Default;
    }

    /// <summary>Zone as the user names it.</summary>
    public string Zone { get; }

    /// <summary>Figures of the sources.</summary>
    public GridTimeline<TSignal> Timeline { get; }

    /// <summary>Used where nothing else is known.</summary>
    public CarbonIntensity? Fallback { get; }

    /// <summary>Where the fallback comes from.</summary>
    public string FallbackSource { get; }

    /// <summary>Staleness.</summary>
    public GridRules Rules { get; }

    /// <summary>False while no source has told anything: then the fallback alone speaks.</summary>
    public bool HasSources => Timeline.Slots.Count > 0;

    // Made when first needed; making it twice gives the same.
    private CarbonIntensity?[] ByHour => byHour ??= MeansByHour(Timeline);

    /// <summary>The intensity now.</summary>
    /// <returns>Null when nothing is known and there is no fallback.</returns>
    public IntensityPart? At(DateTimeOffset at) => Resolve(at, at.AddTicks(1)) is [var part, ..] ? part : null;

    /// <summary>
    /// The intensity over [start, end), in order. With a fallback the parts cover the interval; without one the time that nothing is known about
    /// is left out.
    /// </summary>
    public IReadOnlyList<IntensityPart> Resolve(DateTimeOffset start, DateTimeOffset end)
    {
        var parts = new List<IntensityPart>();
        var at = start;
        GridSlot? last = null;
        foreach (var slot in Timeline.Slots)
        {
            if (slot.Start >= end)
                break;
            if (slot.End > at)
            {
                if (slot.Start > at)
                    Fill(parts, at, slot.Start, last);
                var from = slot.Start > at ? slot.Start : at;
                at = slot.End < end ? slot.End : end;
                parts.Add(new(from, at, slot.Intensity, slot.Quality, slot.Source));
            }

            if (slot.Quality != IntensityQuality.Forecast)
                last = slot;
        }

        if (at < end)
            Fill(parts, at, end, last);
        return parts;
    }

    private void Fill(List<IntensityPart> parts, DateTimeOffset start, DateTimeOffset end, GridSlot? last)
    {
        var at = start;
        if (last is { } known && at < known.End + Rules.MaxStaleness)
        {
            var until = Earlier(known.End + Rules.MaxStaleness, end);
            parts.Add(new(at, until, known.Intensity, IntensityQuality.Stale, known.Source));
            at = until;
        }

        while (at < end)
        {
            var until = Earlier(at.AddTicks(Hour.Ticks - (at.UtcTicks % Hour.Ticks)), end);
            if (ByHour[at.UtcDateTime.Hour] is { } mean)
                Append(parts, new(at, until, mean, IntensityQuality.SameHour, Timeline.Slots[^1].Source));
            else if (Fallback is { } yearly)
                Append(parts, new(at, until, yearly, IntensityQuality.Yearly, FallbackSource));
            at = until;
        }
    }

    private static void Append(List<IntensityPart> parts, IntensityPart part)
    {
        if (parts is [.., var before] && before.End == part.Start && before with { Start = default, End = default } == part with { Start = default, End = default })
            parts[^1] = before with { End = part.End };
        else
            parts.Add(part);
    }

    /// <summary>Time-weighted means of what was known, by hour of day in UTC.</summary>
    private static CarbonIntensity?[] MeansByHour(GridTimeline<TSignal> timeline)
    {
        var sums = new Int128[HoursOfDay];
        var ticks = new long[HoursOfDay];
        var from = timeline.LastKnown?.End - Recent;
        foreach (var slot in timeline.Slots.Where(s => s.Quality != IntensityQuality.Forecast && s.Start >= from))
        {
            for (var at = slot.Start; at < slot.End;)
            {
                var until = Earlier(at.AddTicks(Hour.Ticks - (at.UtcTicks % Hour.Ticks)), slot.End);
                sums[at.UtcDateTime.Hour] += (Int128)slot.Intensity.MilligramsPerKilowattHour * (until - at).Ticks;
                ticks[at.UtcDateTime.Hour] += (until - at).Ticks;
                at = until;
            }
        }

        return [.. sums.Zip(ticks, static (sum, time) => time > 0 ? new CarbonIntensity(QuantityMath.DivideToUnits(sum, time, Rounding.Nearest)) : (CarbonIntensity?)null)];
    }

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
