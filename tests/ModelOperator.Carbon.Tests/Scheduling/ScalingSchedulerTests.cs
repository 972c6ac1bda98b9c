using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Scheduling;

namespace ModelOperator.Carbon.Tests.Scheduling;

public class ScalingSchedulerTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>1, 1.8 and 2.4 hours of work an hour for 1, 2 and 3 kW.</summary>
    private static readonly WorkerScale[] Concave = [new(1, new(1000)), new(1.8, new(2000)), new(2.4, new(3000))];

    private static IntensityProfile Hourly(params int[] milligrams) => new(
        IntensitySignal.Average, "test", milligrams.Select((m, i) => new IntensitySlot(T0.AddHours(i), T0.AddHours(i + 1), new(m))));

    private static ScalingSchedule? Greedy(double hours, IReadOnlyList<WorkerScale> scales, params int[] grid) =>
        ScalingScheduler.Greedy(Hourly(grid), new(T0, T0.AddHours(grid.Length), TimeSpan.FromHours(hours)), scales);

    private static string Text(ScalingSchedule? schedule) => schedule is null ? "none" : string.Join(
        ' ', schedule.Runs.Select(r => FormattableString.Invariant($"{(r.Start - T0).TotalHours:0.###}-{(r.End - T0).TotalHours:0.###}x{r.Workers}")));

    [Theory]
    [InlineData(1, "1-2x1")] // the cheapest hour
    [InlineData(1.8, "1-2x2")] // a second worker there, 100/0.8 = 125, before another hour at 200
    [InlineData(2.4, "1-2x3")] // a third, 100/0.6 = 167
    [InlineData(2.9, "1-2x3 2-2.5x1")] // then half an hour of one at 200
    [InlineData(3.8, "1-2x3 2-2.5x2 2.5-3x1")] // a second worker there, 250, before one at 300
    [InlineData(7.2, "0-3x3")]
    [InlineData(7.3, "none")]
    public void Places_are_taken_by_work_per_gram(double hours, string expected) => Assert.Equal(expected, Text(Greedy(hours, Concave, 300, 100, 200)));

    [Fact]
    public void It_says_what_it_emits_and_draws()
    {
        var schedule = Greedy(2.9, Concave, 300, 100, 200)!;
        Assert.Equal((400.0, 3.5), (schedule.Milligrams, schedule.KilowattHours)); // 3 kWh at 100 mg and half a kWh at 200
    }

    [Fact]
    public void A_worker_that_adds_nothing_is_never_taken() =>
        Assert.Equal("0-2x1", Text(Greedy(2, [new(1, new(100)), new(1, new(200)), new(5, new(300))], 100, 100)));

    [Fact]
    public void What_is_not_known_or_makes_no_sense_has_no_schedule()
    {
        Assert.Null(ScalingScheduler.Greedy(Hourly(100), new(T0, T0.AddHours(2), TimeSpan.FromHours(1)), Concave));
        Assert.Null(ScalingScheduler.Greedy(Hourly(100), new(T0, T0, TimeSpan.FromHours(1)), Concave));
        Assert.Throws<ArgumentException>(() => Greedy(1, [], 100));
        Assert.Throws<ArgumentException>(() => Greedy(1, [new(0, new(100))], 100));
        Assert.Throws<ArgumentException>(() => Greedy(1, [new(1, new(0))], 100));
    }

    [Fact]
    public void No_choice_of_whole_hours_emits_less_where_workers_add_less_and_less() => Prop.ForAll(
        Gen.Choose(1, 500).ArrayOf(4).ToArbitrary(), Gen.Choose(1, 96).ToArbitrary(), (grid, tenths) =>
        {
            var best = Enumerable.Range(0, 256).Select(code => (int[])[code & 3, (code >> 2) & 3, (code >> 4) & 3, (code >> 6) & 3])
                .Where(n => n.Sum(w => w == 0 ? 0 : Concave[w - 1].Throughput) >= (tenths / 10.0) - 1e-9)
                .Min(n => n.Select((w, i) => w * (double)grid[i]).Sum());
            return Greedy(tenths / 10.0, Concave, grid)!.Milligrams <= best + 1e-6;
        }).QuickCheckThrowOnFailure();
}
