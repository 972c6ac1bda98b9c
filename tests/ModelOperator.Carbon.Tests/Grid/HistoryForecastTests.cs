using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Tests.Grid;

public sealed class HistoryForecastTests
{
    private const int Day = 24;

    // Pasts of zero to thirty days in whole grams, in which hours may be missing.
    private static readonly Gen<double?[]> Pasts =
        from days in Gen.Choose(0, 30)
        from hours in Gen.Frequency((9, Gen.Choose(0, 900).Select(static g => (double?)(1000 * g))), (1, Gen.Constant((double?)null))).ArrayOf(days * Day)
        select hours;

    private static List<double?> Hours(int count, Func<int, double?> of) => [.. Enumerable.Range(-count, count).Select(of)];

    private static string Text(IEnumerable<double> values) => string.Join(' ', values.Select(static v => v.ToString("0.00", CultureInfo.InvariantCulture)));

    [Fact]
    public void What_repeats_every_day_goes_on()
    {
        var past = Hours(HistoryForecast.Hours, static h => 100 + ((h + HistoryForecast.Hours) % Day));
        Assert.Equal(Text(Enumerable.Range(0, 70).Select(static h => 100.0 + (h % Day))), Text(HistoryForecast.Predict(past, 70)));
    }

    [Fact]
    public void What_the_last_two_hours_were_above_the_season_fades_as_an_autoregression()
    {
        // 100 for four weeks, 110 in the last hour but one, 120 in the last: d = 20 and 10, then 1.2873 d(t - 1) - 0.3186 d(t - 2).
        var past = Hours(HistoryForecast.Hours, static h => h switch { -1 => 120, -2 => 110, _ => 100 });
        Assert.Equal("122.56 122.67 121.99", Text(SeasonalForecast.Predict(past, 3)));
    }

    [Fact]
    public void Yesterday_and_the_same_day_of_the_last_weeks_make_the_season()
    {
        // Yesterday 200, a week ago 300, two weeks ago 400, else 100; the last hours are as the season was, so nothing is above it.
        var past = Hours(HistoryForecast.Hours, static h => h switch { -Day => 200, -7 * Day => 300, -14 * Day => 400, _ => 100 });
        // 100 + (0.3524 * 100 + 0.1824 * 200 + 0.1538 * 300) / 0.9999, the sum of the weights.
        Assert.Equal("217.87", Text(SeasonalForecast.Predict(past, 1)));
    }

    [Fact]
    public void Days_that_went_like_the_last_one_say_how_the_next_goes()
    {
        // Every fourth day is at 300 and the day after it at 500, the others are at 100; the last day was at 300.
        var past = Hours(HistoryForecast.Hours, static h => (-(h + 1) / Day % 4) switch { 0 => 300, 3 => 500, _ => 100 });
        // The last day beside the 28 before: seven alike, 21 with differences of 200. The mean of the squares is 30,000.
        const double alike = 1 / 0.1;
        const double other = 1 / ((40_000.0 / 30_000) + 0.1);
        const double weights = (7 * alike) + (21 * other);
        // Those alike were followed by 500, the others seven times by 300 and fourteen times by 100; themselves they were at 300, 500 and 100.
        const double next = ((7 * alike * 500) + (7 * other * 300) + (14 * other * 100)) / weights;
        const double last = ((7 * alike * 300) + (7 * other * 500) + (14 * other * 100)) / weights;
        Assert.Equal(next + (300 - last), SimilarDaysForecast.Predict(past, 1)[0], 6);
    }

    [Fact]
    public void What_the_last_day_was_above_days_like_it_fades_by_four_percent_an_hour_for_two_days()
    {
        var past = Hours(HistoryForecast.Hours, static h => h >= -Day ? 150 : 100);
        // All days were 50 below, so all weigh the same: one in 28 is at 150 now, and 50 fade.
        Assert.Equal("151.79 149.79 147.87", Text(SimilarDaysForecast.Predict(past, 3)));
        Assert.Equal(2 * Day, SimilarDaysForecast.Predict(past, 100).Count);
    }

    [Fact]
    public void The_two_forecasts_are_averaged_for_two_days_and_the_seasonal_one_goes_on_and_speaks_alone_beyond_three()
    {
        var past = Hours(HistoryForecast.Hours, static h => 100 + (h * h % 37));
        var all = HistoryForecast.Predict(past, 60);
        var (seasonal, similar) = (SeasonalForecast.Predict(past, 48), SimilarDaysForecast.Predict(past, 48));
        Assert.Equal(Text(seasonal.Zip(similar, static (a, b) => (a + b) / 2)), Text(all.Take(48)));
        Assert.Equal(Text(SeasonalForecast.Predict([.. past, .. all.Take(48)], 12)), Text(all.Skip(48)));
        Assert.Equal(Text(SeasonalForecast.Predict(past, 73)), Text(HistoryForecast.Predict(past, 73)));
    }

    [Theory]
    [InlineData(0, 0)] // nothing is known
    [InlineData(23, 0)] // not a day
    [InlineData(24, 5)] // yesterday
    [InlineData(47, 5)]
    public void One_day_is_enough_and_less_is_not(int hours, int expected) => Assert.Equal(expected, HistoryForecast.Predict(Hours(hours, static _ => 100), 5).Count);

    [Fact]
    public void A_forecast_ends_where_no_like_hour_is_known() =>
        Assert.Equal("100.00 100.00", Text(HistoryForecast.Predict(Hours(Day, static h => h == -22 ? null : 100), 5)));

    [Fact]
    public void Expected_values_are_finite_and_not_negative_whatever_is_missing() =>
        Prop.ForAll(Pasts.ToArbitrary(), static past =>
        {
            var expected = HistoryForecast.Predict(past, 72);
            return expected.Count <= 72 && expected.All(static v => double.IsFinite(v) && v >= 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Expected_values_scale_with_the_past() =>
        Prop.ForAll(Pasts.ToArbitrary(), Gen.Choose(1, 50).ToArbitrary(), static (past, factor) =>
        {
            var once = HistoryForecast.Predict(past, 72);
            var scaled = HistoryForecast.Predict([.. past.Select(value => value * factor)], 72);
            return once.Count == scaled.Count && once.Zip(scaled).All(pair => Math.Abs((pair.First * factor) - pair.Second) <= 1e-6 * (1 + pair.Second));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_older_than_the_hours_that_are_looked_at_counts() =>
        Prop.ForAll(Pasts.ToArbitrary(), static older =>
        {
            var recent = Hours(HistoryForecast.Hours, static h => 100 + (h * h % 37));
            return HistoryForecast.Predict(recent, 60).Zip(HistoryForecast.Predict([.. older, .. recent], 60)).All(static pair => Math.Abs(pair.First - pair.Second) < 1e-9);
        }).QuickCheckThrowOnFailure();
}
