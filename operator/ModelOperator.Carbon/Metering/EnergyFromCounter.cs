namespace ModelOperator.Carbon.Metering;

/// <summary>
/// Energy as the sum of a counter's steps. The first reading is a baseline and adds nothing; a failed read is skipped and the next step
/// spans it; wraps, resets, blanks and impossible steps are told apart and flagged.
/// </summary>
public static class EnergyFromCounter
{
    private const double EnoughPowerCoverage = 0.5;

    /// <summary>Sums a counter over [start, end). Readings just outside the interval are welcome: their steps are cut at its edges.</summary>
    /// <param name="counter">Unit, range and power limit of the counter.</param>
    /// <param name="readings">Readings in any order.</param>
    /// <param name="start">Start of the interval, included.</param>
    /// <param name="end">End of the interval, excluded.</param>
    /// <param name="power">Power samples of the same device, for what the counter lost; may be empty.</param>
    /// <param name="options">How far readings may be carried.</param>
    /// <exception cref="ArgumentException">The end is not after the start.</exception>
    public static EnergyReading Sum(
        EnergyCounter counter, IEnumerable<CounterReading> readings, DateTimeOffset start, DateTimeOffset end,
        IReadOnlyCollection<PowerSample>? power = null, MeteringOptions? options = null)
    {
        if (end <= start)
            throw new ArgumentException("an interval ends after it starts", nameof(end));
        options ??= MeteringOptions.Default;
        var flags = EnergyFlags.None;
        var clean = DropGlitches(counter, Clean(counter, readings, ref flags), ref flags);
        var segments = new List<EnergySegment>();
        for (var i = 1; i < clean.Count; i++)
        {
            if (clean[i - 1].At < end && clean[i].At > start)
                AddStep(segments, counter, clean[i - 1], clean[i], power ?? [], options, ref flags);
        }

        if (segments.Count > 0)
        {
            PowerSample[] ends = [new(segments[0].Start, segments[0].StartWatts), new(segments[^1].End, segments[^1].EndWatts)];
            EdgeHolding.Extend(segments, ends, start, end, options.EdgeHold, ref flags);
        }

        return EnergyReading.Create(start, end, segments, flags);
    }

    private static List<Count> Clean(EnergyCounter counter, IEnumerable<CounterReading> readings, ref EnergyFlags flags)
    {
        var clean = new List<Count>();
        foreach (var reading in readings.OrderBy(r => r.At).ThenByDescending(r => r.Value))
        {
            if (reading.Value is not { } value || !counter.IsCount(value))
            {
                flags |= EnergyFlags.RejectedReadings;
                continue;
            }

            if (clean.Count > 0 && clean[^1].At == reading.At)
            {
                flags |= clean[^1].Value == value ? EnergyFlags.Duplicates : EnergyFlags.ConflictingReadings;
                continue;
            }

            clean.Add(new(reading.At, value));
        }

        return clean;
    }

    // A read that failed as zero shows as a drop from which the counter comes back faster than the device can draw.
    private static List<Count> DropGlitches(EnergyCounter counter, List<Count> counts, ref EnergyFlags flags)
    {
        var kept = new List<Count>(counts.Count);
        for (var i = 0; i < counts.Count; i++)
        {
            if (kept.Count > 0 && i + 1 < counts.Count && IsGlitch(counter, kept[^1], counts[i], counts[i + 1]))
                flags |= EnergyFlags.RejectedReadings;
            else
                kept.Add(counts[i]);
        }

        return kept;
    }

    private static bool IsGlitch(EnergyCounter counter, Count before, Count middle, Count after) =>
        middle.Value < before.Value
        && after.Value >= before.Value
        && CounterStep.IsPlausible(counter, (after.Value - before.Value) * counter.JoulesPerUnit, after.At - before.At)
        && !CounterStep.IsPlausible(counter, (after.Value - middle.Value) * counter.JoulesPerUnit, after.At - middle.At);

    private static void AddStep(
        List<EnergySegment> segments, EnergyCounter counter, Count before, Count after, IReadOnlyCollection<PowerSample> power,
        MeteringOptions options, ref EnergyFlags flags)
    {
        var integral = power.Count == 0 ? null : EnergyFromPowerSamples.Integrate(power, before.At, after.At, options);
        if (integral is not null && integral.Coverage < EnoughPowerCoverage)
            integral = null;
        var time = after.At - before.At;
        var step = CounterStep.Between(counter, before.Value, after.Value, time, MeanWatts(integral));
        flags |= step.Flags;
        if (step.Trusted)
        {
            segments.Add(EnergySegment.Uniform(before.At, after.At, step.Joules, measured: true));
        }
        else if (integral is not null && (!step.Usable || integral.Joules >= step.Joules))
        {
            segments.AddRange(integral.Segments);
            flags |= EnergyFlags.FilledFromPower;
        }
        else if (step.Usable)
        {
            segments.Add(EnergySegment.Uniform(before.At, after.At, step.Joules, measured: false));
        }
    }

    private static double? MeanWatts(EnergyReading? power) => power?.Joules / power?.Segments.Sum(s => s.Duration.TotalSeconds);

    private readonly record struct Count(DateTimeOffset At, ulong Value);
}
