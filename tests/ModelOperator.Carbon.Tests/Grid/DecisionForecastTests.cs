using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Tests.Grid;

public sealed class DecisionForecastTests
{
    private static ZoneIntensity<MarginalSignal> Marginal(params GridSlot[] slots) =>
        new("Z", GridTimeline<MarginalSignal>.Empty.Merge(slots, Grids.Noon.AddDays(-8)), null, "none");

    /// <summary>Days of the same hours: hour h of the day has 100 + h grams.</summary>
    private static IEnumerable<GridSlot> Days(int days) =>
        Enumerable.Range(-24 * days, 24 * days).Select(h => Grids.Slot(h, 100 + Grids.Noon.AddHours(h).Hour));

    private static string Text(DecisionForecast? forecast) => forecast is null ? "none" : string.Join(' ', forecast.Profile.Slots.Select(s =>
        FormattableString.Invariant($"{(s.Start - Grids.Noon).TotalHours}..{(s.End - Grids.Noon).TotalHours}={s.Intensity.GramsPerKilowattHour:0.#}")));

    private static DecisionForecast? Of(ZoneIntensity<AverageSignal>? average, double end, ZoneIntensity<MarginalSignal>? marginal = null, double now = 0, double least = 1) =>
        DecisionForecast.Of(marginal, average, Grids.Noon.AddHours(now), Grids.Noon.AddHours(end), Grids.Noon.AddHours(least));

    [Fact]
    public void The_yearly_table_forecasts_nothing() => Assert.Null(Of(Grids.Zone(), 2));

    [Fact]
    public void What_the_source_forecasts_is_taken()
    {
        var forecast = Of(Grids.Zone(Grids.Slot(0, 200, IntensityQuality.Forecast), Grids.Slot(1, 100, IntensityQuality.Forecast)), 9)!;
        Assert.Equal("0..1=200 1..2=100", Text(forecast));
        Assert.Equal((Grids.Noon.AddHours(2), "forecast of source 0, beyond it the same hours of the last days"), (forecast.Until, forecast.Basis));
        Assert.Equal("0.5..1=200 1..1.5=100", Text(Of(Grids.Zone(Grids.Slot(0, 200, IntensityQuality.Forecast), Grids.Slot(1, 100, IntensityQuality.Forecast)), 1.5, now: 0.5)));
    }

    [Fact]
    public void A_forecast_that_ends_before_the_work_would_is_none() =>
        Assert.Null(Of(Grids.Zone(Grids.Slot(0, 200, IntensityQuality.Forecast)), 9, least: 2));

    [Fact]
    public void Without_a_forecast_the_last_days_speak()
    {
        var forecast = Of(Grids.Zone([.. Days(3)]), 3)!;
        Assert.Equal("0..1=112 1..2=113 2..3=114", Text(forecast));
        Assert.Equal("the same hours of the last days, source 0", forecast.Basis);
        // The present hour is known, and the last known one may lie a while back.
        Assert.Equal("0..1=112 1..2=113", Text(Of(Grids.Zone([.. Days(3), Grids.Slot(0, 112)]), 2)));
        Assert.Equal("5..6=117 6..7=118", Text(Of(Grids.Zone([.. Days(3)]), 7, now: 5)));
    }

    [Fact]
    public void Hours_that_nothing_is_known_of_end_the_forecast()
    {
        Assert.Null(Of(Grids.Zone([.. Days(3)]), 30, now: 25, least: 26)); // nothing heard for a day
        Assert.Null(Of(Grids.Zone(Grids.Slot(-2, 300), Grids.Slot(-1, 300)), 3)); // two hours are no day
        Assert.Equal("0..1=112 1..2=113", Text(Of(Grids.Zone([.. Days(1).Where(s => s.Start != Grids.Noon.AddHours(-22))]), 5)));
    }

    [Fact]
    public void The_past_fills_what_the_source_does_not_forecast() =>
        Assert.Equal("0..1=50 1..2=113 2..3=60 3..4=115", Text(Of(
            Grids.Zone([.. Days(2), Grids.Slot(0, 50, IntensityQuality.Forecast), Grids.Slot(2, 60, IntensityQuality.Forecast)]), 4)));

    [Fact]
    public void Marginal_figures_decide_where_they_reach_and_are_never_mixed_with_averages()
    {
        var average = Grids.Zone([.. Days(2)]);
        var marginal = Of(average, 3, Marginal(Grids.Slot(0, 500, IntensityQuality.Forecast), Grids.Slot(1, 400, IntensityQuality.Forecast)))!;
        Assert.Equal((IntensitySignal.Marginal, "0..1=500 1..2=400"), (marginal.Profile.Signal, Text(marginal)));
        var tooShort = Of(average, 3, Marginal(Grids.Slot(0, 500, IntensityQuality.Forecast)), least: 2)!;
        Assert.Equal((IntensitySignal.Average, "0..1=112 1..2=113 2..3=114"), (tooShort.Profile.Signal, Text(tooShort)));
    }
}
