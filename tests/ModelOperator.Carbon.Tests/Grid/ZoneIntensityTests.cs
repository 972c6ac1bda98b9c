using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Tests.Grid;

public sealed class ZoneIntensityTests
{
    [Fact]
    public void Without_sources_the_table_speaks_for_all_time() =>
        Assert.Equal("0..48=400 Yearly", Grids.Text(Grids.Zone().Resolve(Grids.Noon, Grids.Noon.AddHours(48))));

    [Fact]
    public void A_last_value_is_carried_on_for_the_greatest_staleness_then_the_same_hour_of_earlier_days_then_the_table()
    {
        // Known: 02:00-03:00 yesterday and 11:00-12:00 today.
        var zone = Grids.Zone(Grids.Slot(-34, 250), Grids.Slot(-1, 100));
        Assert.Equal(
            "0..6=100 Stale 6..14=400 Yearly 14..15=250 SameHour 15..23=400 Yearly 23..24=100 SameHour",
            Grids.Text(zone.Resolve(Grids.Noon, Grids.Noon.AddHours(24))));
    }

    [Fact]
    public void Time_before_all_that_is_known_takes_the_same_hour_of_later_days() =>
        Assert.Equal("-24..-23=120 SameHour -23..-22=400 Yearly", Grids.Text(Grids.Zone(Grids.Slot(0, 120)).Resolve(Grids.Noon.AddHours(-24), Grids.Noon.AddHours(-22))));

    [Fact]
    public void A_forecast_counts_where_it_reaches_and_is_never_the_last_known_value()
    {
        var zone = Grids.Zone(Grids.Slot(-1, 100), Grids.Slot(0, 90, IntensityQuality.Forecast), Grids.Slot(1, 80, IntensityQuality.Forecast));
        Assert.Equal("0..1=90 Forecast 1..2=80 Forecast 2..3=100 Stale", Grids.Text(zone.Resolve(Grids.Noon, Grids.Noon.AddHours(3))));
    }

    [Fact]
    public void A_marginal_series_has_no_table_behind_it_and_leaves_unknown_time_out()
    {
        var timeline = GridTimeline<MarginalSignal>.Empty.Merge([Grids.Slot(0, 700)], Grids.Noon.AddDays(-8));
        var zone = new ZoneIntensity<MarginalSignal>("Z", timeline, null, "none", new GridRules { MaxStaleness = TimeSpan.FromHours(1) });
        Assert.Equal("0..1=700 Measured 1..2=700 Stale", Grids.Text(zone.Resolve(Grids.Noon, Grids.Noon.AddHours(4))));
        Assert.Null(zone.At(Grids.Noon.AddHours(3)));
    }

    [Theory]
    [InlineData("DEU", "DEU")]
    [InlineData("nowhere", "zone 'nowhere' is not in the table")]
    [InlineData(null, "zone 'none' is not in the table")]
    public void The_yearly_table_is_behind_every_zone_and_an_unknown_one_has_the_worlds_value_never_zero(string? zone, string text)
    {
        var part = YearlyIntensity.Of(zone).At(Grids.Noon)!.Value;
        Assert.Contains(text, part.Source, StringComparison.Ordinal);
        Assert.True(part.Intensity.MilligramsPerKilowattHour > 0);
        Assert.Equal(IntensityQuality.Yearly, part.Quality);
    }
}
