using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Scheduling;

namespace ModelOperator.Carbon.Tests.Scheduling;

public sealed class CarbonAwareStartTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static DecisionForecast Forecast(params int[] grams) => new(
        new IntensityProfile(IntensitySignal.Average, "test", grams.Select((g, i) => new IntensitySlot(T0.AddHours(i), T0.AddHours(i + 1), new(1000L * g)))),
        T0.AddHours(grams.Length),
        "test");

    private static StartRequest Request(double now, double latest, double hours) => new(T0.AddHours(now), T0.AddHours(latest), TimeSpan.FromHours(hours));

    private static string Text(StartDecision decision) => FormattableString.Invariant($"{decision.Reason} {(decision.Start - T0).TotalHours}");

    [Theory]
    [InlineData(0, 4, 1, "Waiting 3")] // the dip
    [InlineData(0, 4, 2, "Waiting 2")]
    [InlineData(0, 2.5, 1, "Waiting 2.5")] // as much of the dip as the deadline leaves
    [InlineData(0, 0.5, 1, "NoneCleaner 0")] // the dip is behind the latest start
    [InlineData(0, 0, 1, "Deadline 0")]
    [InlineData(0, -3, 1, "Deadline 0")]
    [InlineData(3, 5, 1, "NoneCleaner 3")] // in the dip
    [InlineData(0, 5, 7, "Unknown 0")] // nobody knows that far
    [InlineData(0, 50, 1, "Waiting 3")] // as far as anybody knows
    public void Work_waits_for_a_cleaner_time_inside_its_deadline(double now, double latest, double hours, string expected) =>
        Assert.Equal(expected, Text(CarbonAwareStart.Decide(Forecast(400, 400, 300, 100, 400, 400), Request(now, latest, hours), null)));

    [Theory]
    [InlineData("3", 0, "Waiting 3")]
    [InlineData("4", 0, "Waiting 3")] // the other start is far better
    [InlineData("3", 3, "ChosenTime 3")]
    [InlineData("1", 2, "Waiting 3")] // overslept, and waiting on is better than now
    [InlineData("3", 4, "ChosenTime 4")] // overslept, and now is the best that is left
    [InlineData("3", 5, "Deadline 5")]
    [InlineData("9", 0, "Waiting 3")] // the deadline came nearer
    public void A_chosen_time_stays_until_another_is_better(string chosen, double now, string expected) =>
        Assert.Equal(expected, Text(CarbonAwareStart.Decide(
            Forecast(400, 400, 300, 100, 200, 400), Request(now, 5, 1), T0.AddHours(double.Parse(chosen, System.Globalization.CultureInfo.InvariantCulture)))));

    [Theory]
    [InlineData(199, "Waiting 3")] // less than 1 % of 400 better than the chosen one
    [InlineData(195, "Waiting 2")]
    public void A_trembling_forecast_moves_nothing(int other, string expected) =>
        Assert.Equal(expected, Text(CarbonAwareStart.Decide(Forecast(400, 400, other, 200, 400, 400), Request(0, 5, 1), T0.AddHours(3))));

    [Theory]
    [InlineData(400, "NoneCleaner 0")]
    [InlineData(397, "NoneCleaner 0")] // less than 1 %
    [InlineData(395, "Waiting 1")]
    public void A_wait_has_to_be_worth_it(int later, string expected) =>
        Assert.Equal(expected, Text(CarbonAwareStart.Decide(Forecast(400, later), Request(0, 1, 1), null)));

    [Theory]
    [InlineData(400, "CleanEnough 0")]
    [InlineData(399, "Waiting 3")]
    public void Clean_enough_is_clean_enough(int grams, string expected) =>
        Assert.Equal(expected, Text(CarbonAwareStart.Decide(
            Forecast(400, 400, 300, 100, 400), Request(0, 4, 1) with { CleanEnough = CarbonIntensity.FromGramsPerKilowattHour(grams) }, null)));

    [Theory]
    [InlineData(null, 0, "Unknown 0")]
    [InlineData(3.0, 0, "Waiting 3")]
    [InlineData(3.0, 3.5, "ChosenTime 3.5")]
    [InlineData(9.0, 0, "Waiting 5")]
    [InlineData(3.0, 5, "Deadline 5")]
    public void Without_a_forecast_nothing_is_put_off_and_what_was_decided_stands(double? chosen, double now, string expected) =>
        Assert.Equal(expected, Text(CarbonAwareStart.Decide(null, Request(now, 5, 1), chosen is { } hours ? T0.AddHours(hours) : null)));

    [Fact]
    public void A_decision_says_what_it_is_worth()
    {
        var decision = CarbonAwareStart.Decide(Forecast(400, 300, 100), Request(0, 2, 1), null);
        Assert.Equal((400_000, 100_000), (decision.Immediate!.Value.MilligramsPerKilowattHour, decision.Chosen!.Value.MilligramsPerKilowattHour));
        Assert.Null(CarbonAwareStart.Decide(null, Request(0, 2, 1), null).Immediate);
    }

    [Fact]
    public void Asked_again_and_again_with_any_forecasts_work_starts_by_its_latest_start_and_a_decided_time_is_never_past_it() =>
        Prop.ForAll(
            Gen.Choose(0, 600).ListOf(12).ListOf(9).ToArbitrary(),
            forecasts =>
            {
                DateTimeOffset? chosen = null;
                for (var hour = 0; hour <= 8; hour++)
                {
                    var decision = CarbonAwareStart.Decide(hour % 4 == 3 ? null : Forecast([.. forecasts[hour]]), Request(hour, 8, 2), chosen);
                    if (!decision.Waits)
                        return true;
                    if (decision.Start > T0.AddHours(8) || decision.Start < T0.AddHours(hour))
                        return false;
                    chosen = decision.Start;
                }

                return false;
            }).QuickCheckThrowOnFailure();
}
