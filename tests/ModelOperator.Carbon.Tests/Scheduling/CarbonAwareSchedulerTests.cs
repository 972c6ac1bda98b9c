using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Scheduling;

namespace ModelOperator.Carbon.Tests.Scheduling;

public class CarbonAwareSchedulerTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static IntensityProfile Hourly(params int[] milligrams) => new(
        IntensitySignal.Marginal, "test", milligrams.Select((m, i) => new IntensitySlot(T0.AddHours(i), T0.AddHours(i + 1), new(m))));

    private static ScheduleRequest Request(double now, double deadline, double hours) =>
        new(T0.AddHours(now), T0.AddHours(deadline), TimeSpan.FromHours(hours));

    private static string Text(Schedule? schedule) => schedule is null ? "none" : string.Join(
        ' ', schedule.Runs.Select(r => FormattableString.Invariant($"{(r.Start - T0).TotalHours}-{(r.End - T0).TotalHours}")));

    [Theory]
    [InlineData(0, 4, 1, "2-3")]
    [InlineData(0, 4, 2, "1-3")]
    [InlineData(0, 4, 4, "0-4")]
    [InlineData(0, 4, 5, "none")]
    [InlineData(0, 4, 0, "none")]
    [InlineData(0.5, 4, 1.5, "1.5-3")] // both ends of the stretch are candidates
    [InlineData(0, 2.5, 1, "1.5-2.5")] // ends at the deadline
    [InlineData(0, 9, 1, "none")] // the profile ends before the deadline
    public void The_cheapest_uninterrupted_stretch_is_found(double now, double deadline, double hours, string expected) =>
        Assert.Equal(expected, Text(CarbonAwareScheduler.Contiguous(Hourly(400, 300, 100, 350), Request(now, deadline, hours))));

    [Fact]
    public void Ties_take_the_earliest() =>
        Assert.Equal("0-1", Text(CarbonAwareScheduler.Contiguous(Hourly(5, 5, 5), Request(0, 3, 1))));

    [Fact]
    public void A_schedule_says_what_it_saves()
    {
        var schedule = CarbonAwareScheduler.Contiguous(Hourly(400, 300, 100, 350), Request(0, 4, 2))!;
        Assert.Equal((200.0, 350.0), (schedule.MeanIntensity, schedule.ImmediateIntensity));
        Assert.Equal(1 - (200.0 / 350), schedule.Saving, 12);
        Assert.Equal(0, CarbonAwareScheduler.Contiguous(Hourly(0, 0), Request(0, 2, 1))!.Saving);
    }

    [Theory]
    [InlineData(2, 0, 0, "1-2 3-4")]
    [InlineData(2, 1, 0, "1-2 3-4")]
    [InlineData(2, 1.5, 0, "1-3")] // stretches shorter than the minimum run
    [InlineData(2, 0, 2, "1-3")] // resuming costs more than it saves: 100 * 2 h against 2 * (150 - 100)
    [InlineData(3, 0, 0, "1-4")] // neighbours merge
    public void Interruptible_work_takes_the_cheapest_time(double hours, double minimumRun, double resumeHours, string expected) =>
        Assert.Equal(expected, Text(CarbonAwareScheduler.Interruptible(Hourly(400, 100, 200, 100, 350), Request(0, 5, hours) with
        {
            MinimumRun = TimeSpan.FromHours(minimumRun),
            ResumeCost = TimeSpan.FromHours(resumeHours),
        })));

    [Fact]
    public void Interruptible_work_that_does_not_fit_has_no_schedule() =>
        Assert.Null(CarbonAwareScheduler.Interruptible(Hourly(1, 1), Request(0, 2, 3)));

    [Fact]
    public void Contiguous_equals_a_search_over_every_minute() =>
        Prop.ForAll(Gen.Choose(0, 500).ArrayOf(6).ToArbitrary(), Gen.Choose(1, 300).ToArbitrary(), Gen.Choose(0, 60).ToArbitrary(), (slots, minutes, now) =>
        {
            var profile = Hourly(slots);
            var request = new ScheduleRequest(T0.AddMinutes(now), T0.AddHours(6), TimeSpan.FromMinutes(minutes));
            double Cost(int start) => Enumerable.Range(now + start, minutes).Sum(m => (double)slots[m / 60]) / minutes;
            var best = Enumerable.Range(0, 360 - now - minutes + 1).Min(Cost);
            var schedule = CarbonAwareScheduler.Contiguous(profile, request)!;
            return Math.Abs(schedule.MeanIntensity - best) < 1e-6 && Math.Abs(schedule.ImmediateIntensity - Cost(0)) < 1e-6;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_schedule_does_all_the_work_in_time_and_never_worse_than_at_once() =>
        Prop.ForAll(Gen.Choose(0, 500).ArrayOf(8).ToArbitrary(), Gen.Choose(1, 400).ToArbitrary(), Gen.Choose(0, 90).ToArbitrary(), (slots, minutes, resume) =>
        {
            var request = Request(0, 8, minutes / 60.0) with { ResumeCost = TimeSpan.FromMinutes(resume), MinimumRun = TimeSpan.FromMinutes(20) };
            var schedule = CarbonAwareScheduler.Interruptible(Hourly(slots), request)!;
            var contiguous = CarbonAwareScheduler.Contiguous(Hourly(slots), request)!;
            return schedule.Runs.Sum(r => (r.End - r.Start).Ticks) == request.Duration.Ticks
                && schedule.Runs[0].Start >= request.Now && schedule.Runs[^1].End <= request.Deadline
                && schedule.Runs.Zip(schedule.Runs.Skip(1)).All(p => p.First.End < p.Second.Start)
                && schedule.MeanIntensity <= contiguous.MeanIntensity && contiguous.Saving >= 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
