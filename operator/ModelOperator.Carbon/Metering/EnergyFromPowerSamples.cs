namespace ModelOperator.Carbon.Metering;

/// <summary>
/// Energy as the integral of power samples: E = sum of (P[i] + P[i+1]) / 2 * (t[i+1] - t[i]), J (trapezoid rule).
/// </summary>
public static class EnergyFromPowerSamples
{
    /// <summary>
    /// Integrates samples of one device over [start, end). Order does not matter; equal samples count once; values that are not physical
    /// are rejected, never clamped; two values at one time count as the larger. A gap longer than <see cref="MeteringOptions.MaxGap"/> is
    /// filled with the mean of its ends and counts as estimated; the first and last power are held towards the edges for at most
    /// <see cref="MeteringOptions.EdgeHold"/>; time beyond that stays uncovered and adds nothing. Every one of these sets a flag.
    /// </summary>
    /// <exception cref="ArgumentException">The end is not after the start.</exception>
    public static EnergyReading Integrate(
        IEnumerable<PowerSample> samples, DateTimeOffset start, DateTimeOffset end, MeteringOptions? options = null)
    {
        if (end <= start)
            throw new ArgumentException("an interval ends after it starts", nameof(end));
        options ??= MeteringOptions.Default;
        var flags = EnergyFlags.None;
        var clean = Clean(samples, ref flags);
        var segments = new List<EnergySegment>();
        for (var i = 1; i < clean.Count; i++)
        {
            var segment = Between(clean[i - 1], clean[i], options.MaxGap);
            if (segment.Clip(start, end) is null)
                continue;
            segments.Add(segment);
            if (!segment.Measured)
                flags |= EnergyFlags.LongGap;
        }

        EdgeHolding.Extend(segments, clean, start, end, options.EdgeHold, ref flags);
        return EnergyReading.Create(start, end, segments, flags);
    }

    /// <summary>Sorts, rejects what is not physical, and leaves one sample per time.</summary>
    internal static List<PowerSample> Clean(IEnumerable<PowerSample> samples, ref EnergyFlags flags)
    {
        var clean = new List<PowerSample>();
        foreach (var sample in samples.OrderBy(s => s.At).ThenByDescending(s => s.Watts))
        {
            if (!sample.IsPhysical)
            {
                flags |= EnergyFlags.RejectedReadings;
                continue;
            }

            if (clean.Count > 0 && clean[^1].At == sample.At)
            {
                flags |= clean[^1].Watts.Equals(sample.Watts) ? EnergyFlags.Duplicates : EnergyFlags.ConflictingReadings;
                continue;
            }

            clean.Add(sample);
        }

        return clean;
    }

    private static EnergySegment Between(PowerSample from, PowerSample to, TimeSpan maxGap)
    {
        if (to.At - from.At <= maxGap)
            return new(from.At, to.At, from.Watts, to.Watts, Measured: true);
        var mean = (from.Watts + to.Watts) / 2;
        return new(from.At, to.At, mean, mean, Measured: false);
    }
}
