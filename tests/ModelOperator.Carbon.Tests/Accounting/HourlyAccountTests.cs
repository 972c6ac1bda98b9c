using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Metering;
using ModelOperator.Carbon.Tests.Grid;

namespace ModelOperator.Carbon.Tests.Accounting;

public sealed class HourlyAccountTests
{
    private static readonly PowerUsageEffectiveness Pue = new(1_200);

    [Fact]
    public void Work_over_three_hours_is_three_buckets_each_with_its_own_intensity()
    {
        // 4 kWh evenly over 11:30 to 13:30: 1, 2 and 1 kWh at 100, 200 and (yearly) the zone's fallback; PUE 1.2.
        var zone = Grids.Zone(Grids.Slot(-1, 100), Grids.Slot(0, 200, hours: 2));
        var (start, end) = (Grids.Noon.AddMinutes(-30), Grids.Noon.AddMinutes(90));
        var hours = HourlyAccount.Of(start, end, [EnergySegment.Uniform(start, end, 4 * 3.6e6, measured: true)], Pue, zone);
        Assert.Equal(
            [
                (Grids.Noon.AddHours(-1), 30d, 1_000_000L, 120_000L, 100_000L, IntensityQuality.Measured),
                (Grids.Noon, 60d, 2_000_000L, 480_000L, 200_000L, IntensityQuality.Measured),
                (Grids.Noon.AddHours(1), 30d, 1_000_000L, 240_000L, 200_000L, IntensityQuality.Measured),
            ],
            hours.Select(static h => (h.Start, h.Duration.TotalMinutes, h.Energy.MilliwattHours, h.Emissions.Milligrams, h.Intensity.MilligramsPerKilowattHour, h.Quality)));
    }

    [Fact]
    public void No_time_has_no_hours_and_time_without_energy_has_empty_ones()
    {
        Assert.Empty(HourlyAccount.Of(Grids.Noon, Grids.Noon, [], Pue, Grids.Zone()));
        Assert.Equal(Energy.Zero, Assert.Single(HourlyAccount.Of(Grids.Noon, Grids.Noon.AddMinutes(1), [], Pue, Grids.Zone())).Energy);
    }

    [Fact]
    public void The_hours_add_up_to_the_whole_to_the_last_unit()
    {
        var cases = from minutes in Gen.Choose(1, 3_000)
                    from offset in Gen.Choose(0, 300)
                    from watts in Gen.Choose(0, 5_000)
                    from milli in Gen.Choose(0, 999)
                    select (minutes, offset, watts: watts + (milli / 1000.0));
        var zone = Grids.Zone([.. Enumerable.Range(-10, 30).Where(h => h % 7 != 0).Select(h => Grids.Slot(h, 100 + (37 * (h + 10) % 400)))]);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var start = Grids.Noon.AddMinutes(-c.offset);
            var end = start.AddMinutes(c.minutes);
            EnergySegment[] segments = [new(start, end, c.watts, 2 * c.watts, Measured: true)];
            var hours = HourlyAccount.Of(start, end, segments, Pue, zone);
            return hours.Sum(static h => h.Energy.MilliwattHours) == Energy.FromJoules(segments[0].Joules).MilliwattHours
                && hours.Sum(static h => h.Emissions.Milligrams) == EmissionsAccount.Book(segments, Pue, zone).Emissions.Milligrams
                && hours.Sum(static h => h.Duration.Ticks) == (end - start).Ticks;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_same_hour_of_two_attempts_is_one_with_the_worse_quality_and_the_oldest_hours_go_first()
    {
        var first = Hour(0, 3_000, 300, 100_000, IntensityQuality.Yearly);
        var second = Hour(0, 1_000, 200, 200_000, IntensityQuality.Measured);
        var both = Assert.Single(HourlyAccount.Add([first], [second], 168));
        Assert.Equal((4_000, 500, 125_000, IntensityQuality.Yearly), (both.Energy.MilliwattHours, both.Emissions.Milligrams, both.Intensity.MilligramsPerKilowattHour, both.Quality));
        Assert.Equal(20, both.Duration.TotalMinutes);
        Assert.Equal([1, 2], HourlyAccount.Add([Hour(0), Hour(2)], [Hour(1)], 2).Select(static h => (h.Start - Grids.Noon).TotalHours));
    }

    private static HourlyEnergy Hour(int at, long energy = 1, long emissions = 1, long intensity = 1, IntensityQuality quality = IntensityQuality.Measured) =>
        new(Grids.Noon.AddHours(at), TimeSpan.FromMinutes(10), new(energy), new(emissions), new(intensity), quality, "s");
}
