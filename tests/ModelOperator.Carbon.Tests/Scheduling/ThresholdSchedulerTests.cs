using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Scheduling;

namespace ModelOperator.Carbon.Tests.Scheduling;

public class ThresholdSchedulerTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static IntensityProfile Hourly(params int[] milligrams) => new(
        IntensitySignal.Average, "test", milligrams.Select((m, i) => new IntensitySlot(T0.AddHours(i), T0.AddHours(i + 1), new(m))));

    private static ThresholdRequest Request(double hours, double deadline, double minimumRun = 0, double minimumPause = 0, int above = 300, int below = 200) =>
        new(new(T0, T0.AddHours(deadline), TimeSpan.FromHours(hours)) { MinimumRun = TimeSpan.FromHours(minimumRun) }, new(above), new(below))
        {
            MinimumPause = TimeSpan.FromHours(minimumPause),
        };

    private static string Text(Schedule? schedule) => schedule is null ? "none" : string.Join(
        ' ', schedule.Runs.Select(r => FormattableString.Invariant($"{(r.Start - T0).TotalHours}-{(r.End - T0).TotalHours}")));

    [Theory]
    [InlineData(3, 0, 0, "1-4")] // begins below 200, goes on at 250: hysteresis
    [InlineData(4, 0, 0, "1-4 5-6")] // pauses above 300, not resumed at 250
    [InlineData(4, 4.5, 0, "1-5")] // a run is no shorter than its minimum
    [InlineData(4, 0, 2.5, "1-4 7-8")] // nor a pause: hour 5 is over before it may end
    [InlineData(7, 0, 0, "1-8")] // would miss its deadline
    [InlineData(8, 0, 0, "0-8")]
    [InlineData(9, 0, 0, "none")]
    public void Work_pauses_above_one_intensity_and_goes_on_below_another(double hours, double minimumRun, double minimumPause, string expected) =>
        Assert.Equal(expected, Text(ThresholdScheduler.Plan(Hourly(250, 100, 250, 300, 400, 150, 310, 190), Request(hours, 8, minimumRun, minimumPause))));

    [Fact]
    public void A_grid_that_is_never_clean_only_delays_it_to_the_latest_start() =>
        Assert.Equal("3-5", Text(ThresholdScheduler.Plan(Hourly(400, 400, 400, 400, 400), Request(2, 5))));

    [Fact]
    public void Resuming_above_the_pause_is_refused() =>
        Assert.Throws<ArgumentException>(() => ThresholdScheduler.Plan(Hourly(1, 1), Request(1, 2, above: 1, below: 2)));

    [Fact]
    public void The_work_is_done_whole_inside_its_time_without_short_pauses() => Prop.ForAll(
        Gen.Choose(0, 500).ArrayOf(12).ToArbitrary(), Gen.Choose(1, 48).ToArbitrary(), Gen.Choose(0, 12).ToArbitrary(), (grid, quarters, pause) =>
        {
            var request = Request(quarters / 4.0, 12, 0.5, pause / 4.0);
            var runs = ThresholdScheduler.Plan(Hourly(grid), request)!.Runs;
            var done = runs.Aggregate(TimeSpan.Zero, (sum, r) => sum + (r.End - r.Start));
            var pauses = runs.Zip(runs.Skip(1), (a, b) => b.Start - a.End).ToList();
            var forced = runs[^1].End == request.Work.Deadline;
            return done == request.Work.Duration && runs[0].Start >= T0 && runs[^1].End <= request.Work.Deadline
                && pauses.SkipLast(forced ? 1 : 0).All(p => p >= request.MinimumPause && p > TimeSpan.Zero);
        }).QuickCheckThrowOnFailure();
}
