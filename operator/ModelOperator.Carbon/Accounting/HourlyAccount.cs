using System.Collections.Immutable;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.Carbon.Accounting;

/// <summary>Energy over time as buckets of one hour. The buckets add up to the whole exactly. Pure.</summary>
public static class HourlyAccount
{
    /// <summary>The hours of [start, end), in order; hours without energy are there too.</summary>
    /// <param name="start">Start of the work.</param>
    /// <param name="end">Its end; nothing when it is not after the start.</param>
    /// <param name="segments">IT energy over that time.</param>
    /// <param name="pue">PUE of the facility.</param>
    /// <param name="zone">Average intensities with a fallback.</param>
    public static ImmutableArray<HourlyEnergy> Of(
        DateTimeOffset start, DateTimeOffset end, IReadOnlyList<EnergySegment> segments, PowerUsageEffectiveness pue, ZoneIntensity<AverageSignal> zone)
    {
        var hours = ImmutableArray.CreateBuilder<HourlyEnergy>();
        for (var at = ClockHours.StartOf(start); at < end; at += ClockHours.Length)
        {
            var (from, to) = (at > start ? at : start, at + ClockHours.Length < end ? at + ClockHours.Length : end);
            var inside = segments.Select(s => s.Clip(at, at + ClockHours.Length)).OfType<EnergySegment>().ToArray();
            var booked = EmissionsAccount.Book(inside, pue, zone);
            hours.Add(new(at, to - from, Energy.FromJoules(inside.Sum(s => s.Joules)), booked.Emissions, booked.MeanIntensity, booked.Quality, booked.Source));
        }

        if (hours.Count == 0)
            return [];
        // Each hour is rounded for itself; what that is off by belongs to the largest one, where it matters least.
        var largest = Enumerable.Range(0, hours.Count).MaxBy(i => hours[i].Energy.MilliwattHours);
        hours[largest] = hours[largest] with
        {
            Energy = hours[largest].Energy + Energy.FromJoules(segments.Sum(s => s.Joules)) - new Energy(hours.Sum(h => h.Energy.MilliwattHours)),
            Emissions = hours[largest].Emissions + EmissionsAccount.Book(segments, pue, zone).Emissions - new Emissions(hours.Sum(h => h.Emissions.Milligrams)),
        };
        return hours.ToImmutable();
    }

    /// <summary>Adds hours to those that are known; the same hour twice becomes one, with the worse quality. The newest are kept.</summary>
    /// <param name="known">Known hours.</param>
    /// <param name="more">Hours to add.</param>
    /// <param name="most">Hours at most.</param>
    public static ImmutableArray<HourlyEnergy> Add(IEnumerable<HourlyEnergy> known, IEnumerable<HourlyEnergy> more, int most) =>
    [
        .. known.Concat(more).GroupBy(static h => h.Start).OrderBy(static g => g.Key).Select(static g => g.Aggregate(Sum)).TakeLast(most),
    ];

    private static HourlyEnergy Sum(HourlyEnergy left, HourlyEnergy right)
    {
        var energy = left.Energy + right.Energy;
        var worse = right.Quality >= left.Quality ? right : left;
        return worse with
        {
            Duration = left.Duration + right.Duration,
            Energy = energy,
            Emissions = left.Emissions + right.Emissions,
            Intensity = energy == Energy.Zero ? worse.Intensity : new(QuantityMath.DivideToUnits(
                ((Int128)left.Intensity.MilligramsPerKilowattHour * left.Energy.MilliwattHours) + ((Int128)right.Intensity.MilligramsPerKilowattHour * right.Energy.MilliwattHours),
                energy.MilliwattHours,
                Rounding.Nearest)),
        };
    }
}
