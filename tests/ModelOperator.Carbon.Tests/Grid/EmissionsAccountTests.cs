using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.Carbon.Tests.Grid;

public sealed class EmissionsAccountTests
{
    private static readonly PowerUsageEffectiveness Pue = new(1_200);

    [Fact]
    public void Energy_is_split_at_the_edges_of_the_hours()
    {
        // 4 kWh evenly over 11:30 to 13:30: 1 kWh at 100, 2 kWh at 200, 1 kWh at 300 g; PUE 1.2.
        var zone = Grids.Zone(Grids.Slot(-1, 100), Grids.Slot(0, 200), Grids.Slot(1, 300));
        var booked = EmissionsAccount.Book(Energy.FromKilowattHours(4), Grids.Noon.AddMinutes(-30), Grids.Noon.AddMinutes(90), Pue, zone);
        Assert.Equal(960_000, booked.Emissions.Milligrams);
        Assert.Equal(200_000, booked.MeanIntensity.MilligramsPerKilowattHour);
        Assert.Equal(IntensityQuality.Measured, booked.Quality);
        Assert.Equal("source 0, measured", booked.Source);
    }

    [Fact]
    public void Power_that_rises_weighs_the_later_hour_more()
    {
        // 0 W to 3,600 W over two hours: 0.9 kWh in the first hour, 2.7 kWh in the second.
        var segment = new EnergySegment(Grids.Noon, Grids.Noon.AddHours(2), 0, 3_600, Measured: true);
        var booked = EmissionsAccount.Book([segment], PowerUsageEffectiveness.None, Grids.Zone(Grids.Slot(0, 100), Grids.Slot(1, 200)));
        Assert.Equal(90_000 + 540_000, booked.Emissions.Milligrams);
    }

    [Fact]
    public void The_quality_is_the_worst_that_carries_five_percent_and_the_text_says_all()
    {
        var zone = Grids.Zone(Grids.Slot(-20, 100, hours: 20));
        var mostly = EmissionsAccount.Book(Energy.FromKilowattHours(1), Grids.Noon.AddHours(-19.5), Grids.Noon.AddHours(0.5), Pue, zone);
        Assert.Equal(IntensityQuality.Measured, mostly.Quality);
        Assert.Equal("97.5 % source 0, measured; 2.5 % source 0, last known value", mostly.Source);
        Assert.Equal(IntensityQuality.Stale, EmissionsAccount.Book(Energy.FromKilowattHours(1), Grids.Noon.AddHours(-3), Grids.Noon.AddHours(1), Pue, zone).Quality);
    }

    [Fact]
    public void No_energy_has_no_emissions_and_a_zone_without_a_fallback_is_refused()
    {
        Assert.Equal(Emissions.Zero, EmissionsAccount.Book([], Pue, Grids.Zone()).Emissions);
        var bare = new ZoneIntensity<AverageSignal>("Z", GridTimeline<AverageSignal>.Empty, null, "none");
        Assert.Throws<ArgumentException>(() => EmissionsAccount.Book([], Pue, bare));
    }

    [Fact]
    public void However_an_interval_is_cut_into_attempts_the_sum_is_the_whole()
    {
        var cases = from minutes in Gen.Choose(1, 2_000)
                    from cut in Gen.Choose(1, 99)
                    from watts in Gen.Choose(1, 5_000)
                    select (minutes, cut, watts);
        var zone = Grids.Zone([.. Enumerable.Range(-10, 30).Where(h => h % 7 != 0).Select(h => Grids.Slot(h, 100 + (37 * (h + 10) % 400)))]);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var end = Grids.Noon.AddMinutes(c.minutes);
            var middle = Grids.Noon.AddMinutes(c.minutes * c.cut / 100.0);
            long Of(DateTimeOffset from, DateTimeOffset to) =>
                EmissionsAccount.Book([new EnergySegment(from, to, c.watts, c.watts, true)], Pue, zone).Emissions.Milligrams;
            Assert.InRange(Of(Grids.Noon, middle) + Of(middle, end) - Of(Grids.Noon, end), -1, 1);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_plan_uses_the_forecast_and_becomes_less_sure_where_it_ends()
    {
        var zone = Grids.Zone(Grids.Slot(-1, 100), Grids.Slot(0, 50, IntensityQuality.Forecast, hours: 2));
        var sure = ExpectedIntensity.Of(zone, Grids.Noon, TimeSpan.FromHours(2));
        Assert.Equal(50_000, sure.Mean.MilligramsPerKilowattHour);
        Assert.Equal(GridRules.Sigma(IntensityQuality.Forecast), sure.Sigma);
        var longer = ExpectedIntensity.Of(zone, Grids.Noon, TimeSpan.FromHours(4));
        Assert.Equal(75_000, longer.Mean.MilligramsPerKilowattHour);
        Assert.True(longer.Sigma > sure.Sigma);
        Assert.Equal("source 0: 50 % forecast, 50 % last known value", longer.Source);
    }

    [Fact]
    public void A_plan_with_nothing_but_the_table_has_no_spread_because_the_table_settles_it_too()
    {
        var plan = ExpectedIntensity.Of(Grids.Zone(), Grids.Noon, TimeSpan.FromDays(300));
        Assert.Equal((400_000, 0.0, "table"), (plan.Mean.MilligramsPerKilowattHour, plan.Sigma, plan.Source));
    }
}
