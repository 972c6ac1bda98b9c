using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Scheduling;

namespace ModelOperator.Carbon.Tests.Scheduling;

public sealed class CarbonAwarePauseTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan HalfAnHour = TimeSpan.FromMinutes(30);

    private static IntensityProfile Hourly(params int[] grams) => new(IntensitySignal.Average, "test", grams.Select((g, i) => new IntensitySlot(T0.AddHours(i), T0.AddHours(i + 1), new(1000L * g))));

    private static DecisionForecast Forecast(params int[] grams) => new(Hourly(grams), T0.AddHours(grams.Length), "test");

    /// <summary>Work of so many hours under way at a time; after a pause it must go on at the latest at another.</summary>
    private static StartRequest Rest(double now, double latest, double hours, double resumeMinutes = 5) => new(T0.AddHours(now), T0.AddHours(latest), TimeSpan.FromHours(hours))
    {
        MinimumRun = HalfAnHour,
        ResumeCost = TimeSpan.FromMinutes(resumeMinutes),
        LeastGain = 0.05,
    };

    private static string Text(StartDecision decision) => FormattableString.Invariant(
        $"{decision.Reason} {(decision.Start - T0).TotalHours}{(decision.Until is { } until ? $" until {(until - T0).TotalHours}" : "")}");

    [Theory]
    [InlineData(0, 6, 2, 5, "NoneCleaner 0 until 1")] // clean now, dirty in an hour
    [InlineData(1, 7, 1, 5, "Waiting 4")] // the dip
    [InlineData(0.9, 7, 1, 5, "NoneCleaner 0.9 until 1")] // a clean rest of an hour is used, however short: nothing has to be resumed for it
    [InlineData(1, 1, 1, 5, "Deadline 1")]
    [InlineData(1, 0, 1, 5, "Deadline 1")]
    [InlineData(1, 2, 1, 5, "NoneCleaner 1")] // the dip is behind the deadline
    [InlineData(1, 3.5, 1, 5, "NoneCleaner 1 until 1.5")] // half of it, after a first half now
    [InlineData(1, 7, 0.5, 5, "NoneCleaner 1")] // no more than a minimum run is left
    [InlineData(1, 7, 1, 240, "NoneCleaner 1")] // resuming costs four hours of work
    [InlineData(1, 7, 8, 5, "Unknown 1")] // nobody knows that far
    public void Work_is_paused_when_the_grid_turns_dirty_inside_its_deadline(double now, double latest, double hours, double resume, string expected) =>
        Assert.Equal(expected, Text(CarbonAwarePause.Decide(Forecast(100, 400, 400, 400, 120, 120, 400, 400), Rest(now, latest, hours, resume))));

    [Theory]
    [InlineData(400, "NoneCleaner 0")]
    [InlineData(370, "NoneCleaner 0")] // 7.5 % less, but a sixth of half an hour is done again
    [InlineData(300, "Waiting 1")]
    public void A_pause_has_to_be_worth_its_resume_and_a_twentieth_more(int later, string expected) =>
        Assert.Equal(expected, Text(CarbonAwarePause.Decide(Forecast(400, later, later), Rest(0, 2, 1))));

    [Theory]
    [InlineData(250, "CleanEnough 0")]
    [InlineData(249, "Waiting 1")]
    public void Clean_enough_is_not_paused(int grams, string expected) =>
        Assert.Equal(expected, Text(CarbonAwarePause.Decide(Forecast(400, 100, 100, 100), Rest(0, 2, 2) with { CleanEnough = CarbonIntensity.FromGramsPerKilowattHour(grams) })));

    [Fact]
    public void Without_a_forecast_nothing_is_paused() => Assert.Equal("Unknown 0", Text(CarbonAwarePause.Decide(null, Rest(0, 9, 1))));

    [Fact]
    public void Of_a_long_work_a_single_dirty_hour_is_worth_a_pause() =>
        Assert.Equal("Waiting 1", Text(CarbonAwarePause.Decide(Forecast([400, .. Enumerable.Repeat(300, 100)]), Rest(0, 20, 80))));

    [Fact]
    public void Work_that_must_be_uninterrupted_is_never_asked_about() =>
        Assert.Throws<ArgumentException>(() => CarbonAwarePause.Decide(null, new StartRequest(T0, T0, HalfAnHour)));

    [Fact]
    public void What_a_pause_is_worth_is_said_with_the_cost_of_resuming()
    {
        var decision = CarbonAwarePause.Decide(Forecast(400, 400, 100, 400), Rest(0, 3, 1, 6));
        Assert.Equal((400_000, 110_000), (decision.Immediate!.Value.MilligramsPerKilowattHour, decision.Chosen!.Value.MilligramsPerKilowattHour));
    }

    [Theory]
    [InlineData(2, "2-3 4-5", "2-3 4-5")]
    [InlineData(2.2, "0-0.2 2-3 4-5", "1.8-3 4-5")]
    [InlineData(1.2, "2-3 4-4.2", "1.8-3")]
    public void A_stretch_that_is_too_short_is_done_at_the_end_of_another(double hours, string without, string with)
    {
        var request = new ScheduleRequest(T0, T0.AddHours(6), TimeSpan.FromHours(hours));
        Assert.Equal(without, Stretches(CarbonAwareScheduler.Interruptible(Hourly(200, 350, 100, 350, 110, 350), request)!));
        Assert.Equal(with, Stretches(CarbonAwareScheduler.Interruptible(Hourly(200, 350, 100, 350, 110, 350), request with { MinimumRun = HalfAnHour })!));
    }

    [Fact]
    public void Work_under_way_may_end_a_short_stretch_and_pays_for_each_resume()
    {
        var request = new ScheduleRequest(T0.AddHours(0.9), T0.AddHours(4), TimeSpan.FromHours(1)) { MinimumRun = HalfAnHour, ResumeCost = TimeSpan.FromHours(0.1) };
        var profile = Hourly(50, 400, 100, 400);
        var fresh = CarbonAwareScheduler.Interruptible(profile, request)!;
        var atWork = CarbonAwareScheduler.Interruptible(profile, request with { AtWork = true })!;
        Assert.Equal(("2-3", "0.9-1 2-2.9"), (Stretches(fresh), Stretches(atWork)));
        Assert.Equal((100_000, (0.1 * 50_000) + (0.9 * 100_000) + (0.1 * 100_000)), (fresh.MeanIntensity, Math.Round(atWork.MeanIntensity)));
        // With the first hour dirty the only stretch is a resume, too.
        Assert.Equal(110_000, Math.Round(CarbonAwareScheduler.Interruptible(Hourly(400, 400, 100, 400), request with { AtWork = true })!.MeanIntensity));
    }

    /// <summary>Each hour another forecast, every fourth of them missing: a toy of the operator's loop.</summary>
    [Fact]
    public void Asked_again_and_again_with_any_forecasts_work_ends_by_its_deadline() =>
        Prop.ForAll(Gen.Choose(0, 600).ListOf(40).ListOf(7).ToArbitrary(), forecasts =>
        {
            var (left, now, latest) = (TimeSpan.FromHours(9.3), T0, T0.AddHours(14));
            DateTimeOffset? working = null, chosen = null;
            var step = TimeSpan.FromMinutes(10);
            for (var look = 0; left > TimeSpan.Zero; look++, now += step)
            {
                var known = look % 4 == 3 ? null : Forecast([.. forecasts[look / 6 % 7]]);
                // The time that was worked is no delay.
                var request = new StartRequest(now, latest + (TimeSpan.FromHours(9.3) - left), left) { MinimumRun = HalfAnHour, ResumeCost = TimeSpan.FromMinutes(5), LeastGain = 0.05 };
                if (working is { } since && now - since >= HalfAnHour && left > HalfAnHour && CarbonAwarePause.Decide(known, request) is { Waits: true } pause)
                    (working, chosen) = (null, pause.Start);
                else if (working is null && CarbonAwareStart.Decide(known, request, chosen) is var start)
                    (working, chosen) = start.Waits ? ((DateTimeOffset?)null, (DateTimeOffset?)start.Start) : (now, null);
                if (working is null && now >= request.LatestStart)
                    return false;
                left -= working is null ? TimeSpan.Zero : step;
            }

            return now <= T0.AddHours(14 + 9.3) + step;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static string Stretches(Schedule schedule) => string.Join(' ', schedule.Runs.Select(r => FormattableString.Invariant($"{Math.Round((r.Start - T0).TotalHours, 3)}-{Math.Round((r.End - T0).TotalHours, 3)}")));
}
