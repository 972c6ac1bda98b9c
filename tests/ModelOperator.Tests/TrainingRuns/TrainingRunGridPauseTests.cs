using FsCheck;
using FsCheck.Fluent;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.TrainingRuns.TrainingRunCarbonStartTests;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Runs that are paused at work for the grid. They expect two hours of work and begin at 09:00, which is clean; the dip is at 13:00.</summary>
public sealed class TrainingRunGridPauseTests
{
    private static readonly int[] Clean = [100, 400, 400, 400, 120, 120, 400, 400, 400, 400];

    private static readonly TrainingCarbonSchedule Schedule = new() { Policy = TrainingSchedulePolicy.Interruptible, MaxDelaySeconds = 21600, MinimumRunSeconds = 1200 };

    [Fact]
    public void A_run_is_paused_while_the_grid_is_dirty_goes_on_in_the_dip_and_says_what_it_saved()
    {
        var budget = Runs.Budget("100000");
        var world = AtWork(World(budgets: [budget]), Runs.Start.AddMinutes(58));
        var (writes, held) = (world.Writes, world.Budgets[0].Status!.ReservedMilligrams);
        Assert.InRange(world.Settle(2).Decide().RequeueAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        Assert.Equal((TrainingRunPhase.Running, writes), (world.Status.Phase, world.Writes));

        world = Paused(world, Runs.Start.AddHours(1));
        Assert.Equal((1, 1, 0), (world.Status.Attempts!.Execution, world.Status.Attempts.Pauses, world.Status.Attempts.Failures));
        var pauses = world.Status.CarbonPauses!;
        Assert.Equal((1, Runs.Start.AddHours(4), "Average", 400_000), (pauses.Count, pauses.ResumeTime!.Value, pauses.Signal, pauses.ImmediateIntensityMilligramsPerKwh!.Value));
        // Five minutes of the hour that is left are done again.
        Assert.InRange(pauses.PausedIntensityMilligramsPerKwh!.Value, 129_500, 130_000);
        Assert.Equal(68, pauses.ExpectedSavingPercent);
        Assert.InRange(pauses.RemainingSeconds, 3600, 3660);
        Assert.InRange(pauses.LatestResumeTime!.Value, Runs.Start.AddHours(6).AddMinutes(58), Runs.Start.AddHours(7));
        Assert.StartsWith("Paused for the grid until 2026-03-14T13:00Z: 129", world.Status.Message, StringComparison.Ordinal);
        Assert.True(Conditions.IsTrue(world.Status.Conditions, TrainingRunConditions.Paused));
        // What the budget holds stays held, and a pause that lasts writes nothing.
        Assert.Equal(held, world.Budgets[0].Status!.ReservedMilligrams);
        writes = world.Writes;
        world.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal(writes, world.Settle(5).Writes);

        world.Advance(Runs.Start.AddHours(4) - world.Now);
        world = Training(world);
        Assert.Equal((2, null), (world.Status.CurrentAttempt!.Number, world.Status.CarbonPauses!.ResumeTime));
        Assert.InRange(world.Status.CarbonPauses.PausedSeconds, 10_700, 10_900);
        Assert.Contains(world.Events, static e => e.Reason == TrainingRunReasons.ResumedForGrid && e.Message.StartsWith("The time that was chosen", StringComparison.Ordinal));
        world.Advance(TimeSpan.FromMinutes(65));
        world.Settle(30);
        Assert.Equal((TrainingRunPhase.Succeeded, 2, 1), (world.Status.Phase, world.Status.Attempts!.Execution, world.Status.Attempts.Pauses));
        // At once: an hour at 100, 55 minutes at 400, without the five minutes that the resume cost. As it was: an hour at 100, 65 minutes at 120.
        Assert.InRange(world.Status.CarbonStart!.RealisedSavingPercent!.Value, 50, 58);
        Assert.Equal(world.Status.Energy!.EmissionsMilligrams, world.Budgets[0].Status!.SettledMilligrams);
        Assert.Contains(world.Events, static e => e.Reason == TrainingRunReasons.PausedForGrid);
    }

    public static TheoryData<string, int[], TrainingCarbonSchedule, double?> GoesOn => new()
    {
        { "nothing is known of the grid", [], Schedule, null },
        { "nobody knows as far as the work would last", [100, 400], Schedule, null },
        { "it has worked for less than the minimum run", Clean, Schedule with { MinimumRunSeconds = 7000 }, null },
        { "it is nearly done", Clean, Schedule, 600 },
        { "the deadline allows no pause", Clean, Schedule with { MaxDelaySeconds = 60 }, null },
        { "the end by the deadline allows no pause", Clean, Schedule with { CompleteBy = Runs.Start.AddMinutes(150) }, null },
        { "no later time is cleaner", [100, 400, 400, 400, 400, 400, 400, 400, 400, 400], Schedule, null },
        { "resuming would cost more", Clean, Schedule with { ResumeCostSeconds = 14400 }, null },
        { "it is clean enough", Clean, Schedule with { StartBelowGramsPerKwh = 400 }, null },
        { "its schedule is for the start alone", Clean, new() { MaxDelaySeconds = 21600 }, null },
    };

    [Theory]
    [MemberData(nameof(GoesOn))]
    public void A_run_at_work_goes_on(string why, int[] grams, TrainingCarbonSchedule schedule, double? remaining)
    {
        var world = AtWork(World(), Runs.Start.AddMinutes(58));
        world.Edit(_ => Spec(schedule));
        world.Grid = grams.Length == 0 ? null : Grid(grams);
        world.Progress = remaining is { } seconds ? new() { RemainingSeconds = (long)seconds, LastUpdatedTime = Runs.Start.AddHours(1) } : null;
        world.Advance(Runs.Start.AddHours(1) - world.Now);
        world.Settle(5);
        Assert.True(world.Status is { Phase: TrainingRunPhase.Running, Attempts.Pauses: 0, CarbonPauses: null }, $"{why}: {world.Status.Phase} {world.Status.Message}");
    }

    [Fact]
    public void A_forecast_that_is_lost_leaves_no_run_paused_past_the_time_that_was_chosen()
    {
        var world = Paused();
        world.Grid = null;
        world.Settle(3);
        Assert.Equal((TrainingRunPhase.Paused, Runs.Start.AddHours(4)), (world.Status.Phase, world.Status.CarbonPauses!.ResumeTime!.Value));
        world.Advance(Runs.Start.AddHours(4) - world.Now);
        Assert.Equal(2, Training(world).Status.CurrentAttempt!.Number);
    }

    [Fact]
    public void A_dip_that_moves_away_again_and_again_is_not_waited_for_past_the_deadline()
    {
        var world = Paused();
        var latest = world.Status.CarbonPauses!.LatestResumeTime!.Value;
        for (var hour = 2; world.Status.Phase == TrainingRunPhase.Paused; hour++)
        {
            Assert.True(world.Now <= latest.AddMinutes(1), $"still paused at {world.Now:O}");
            Assert.True(world.Status.CarbonPauses!.ResumeTime <= latest.AddMinutes(1));
            int[] grams = [.. Enumerable.Repeat(400, 20)];
            (grams[hour + 2], grams[hour + 3]) = (100, 100);
            world.Grid = Grid(grams);
            world.Advance(TimeSpan.FromHours(1) < latest - world.Now ? TimeSpan.FromHours(1) : latest - world.Now);
            world.Settle(1);
        }

        Assert.Contains(world.Events, static e => e.Reason == TrainingRunReasons.ResumedForGrid);
        Assert.Contains(world.Events, static e => e.Reason == "LowCarbonWindowMoved");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    public void An_operator_that_was_down_over_the_chosen_time_goes_on_then(int hours)
    {
        var world = Paused();
        world.Advance(TimeSpan.FromHours(hours));
        Assert.Equal(2, Training(world).Status.CurrentAttempt!.Number);
    }

    [Fact]
    public void Commands_go_before_the_grid()
    {
        var world = Paused();
        world.Command("pause 1");
        Assert.Equal((TrainingRunPhase.Paused, TrainingRunReasons.PausedByUser), (world.Settle(2).Status.Phase, world.Status.Reason));
        Assert.Null(world.Status.CarbonPauses!.ResumeTime);
        world.Advance(TimeSpan.FromHours(4));
        Assert.Equal(TrainingRunPhase.Paused, world.Settle(2).Status.Phase);
        world.Command("resume 2");
        Assert.Equal(2, Training(world).Status.CurrentAttempt!.Number);
        world = Paused(PodFate.SavesWhenAsked);
        world.Command("resume 3");
        world = Training(world);
        Assert.Equal((2, "Accepted"), (world.Status.CurrentAttempt!.Number, world.Status.LastCommand!.Result));
        // Not before the minimum run is over.
        Assert.Equal(TrainingRunPhase.Running, world.Settle(5).Status.Phase);
        world = Paused();
        world.Command("stop 4");
        Assert.Equal((TrainingRunPhase.Failed, TrainingRunReasons.StoppedByUser), (world.Settle(3).Status.Phase, world.Status.Reason));
        world = Paused();
        world.Edit(static s => s with { Suspend = true });
        world.Settle(2);
        world.Advance(TimeSpan.FromHours(4));
        Assert.Equal(TrainingRunPhase.Suspended, world.Settle(2).Status.Phase);
        world.Edit(static s => s with { Suspend = null });
        Assert.Equal(2, Training(world).Status.CurrentAttempt!.Number);
    }

    [Fact]
    public void A_run_that_may_be_interrupted_waits_for_its_first_stretch()
    {
        var world = World([400, 400, 100, 400, 400, 100, 400, 400, 400, 400]).Settle(3);
        var start = world.Status.CarbonStart!;
        Assert.Equal((TrainingRunReasons.WaitingForLowCarbonWindow, Runs.Start.AddHours(2)), (world.Status.Reason, start.StartTime));
        // Two hours at 100, and five minutes more for the resume.
        Assert.InRange(start.StartIntensityMilligramsPerKwh!.Value, 104_000, 104_500);
    }

    [Fact]
    public void A_death_at_any_round_of_a_pause_pauses_once_and_goes_on()
    {
        for (var at = 0; at < 8; at++)
        {
            foreach (var writes in (int[])[0, 1])
            {
                var world = AtWork(World(), Runs.Start.AddMinutes(58));
                world.Advance(Runs.Start.AddHours(1) - world.Now);
                world.Settle(12, round => round == at ? writes : int.MaxValue);
                Assert.Equal((TrainingRunPhase.Paused, TrainingRunReasons.PausedForGrid, 1, 1), (world.Status.Phase, world.Status.Reason, world.Status.CarbonPauses!.Count, world.Status.Attempts!.Pauses));
                world.Advance(Runs.Start.AddHours(4) - world.Now);
                world.Settle(40, round => round == at ? writes : int.MaxValue);
                Assert.Equal((TrainingRunPhase.Succeeded, 2, 1, false), (world.Status.Phase, world.Status.Attempts!.Execution, world.Status.CarbonPauses!.Count, world.Overlap));
                Assert.InRange(world.Status.CarbonPauses.PausedSeconds, 10_500, 11_100);
            }
        }
    }

    /// <summary>Forecasts that change and go, commands, time that passes, and an operator that dies between two writes.</summary>
    [Fact]
    public void Whatever_happens_a_run_is_never_paused_past_its_deadline_ends_and_is_booked_once() => Prop.ForAll(
        Gen.Choose(0, 9).ListOf(30).ToArbitrary(), Gen.Choose(50, 500).ListOf(24).ListOf(5).ToArbitrary(), (choices, days) =>
        {
            var world = new ToyWorld(static n => n % 2 == 1 ? PodFate.SavesWhenAsked : PodFate.Succeed, Spec(Schedule), Runs.Budget("100000")) { Grid = Grid(Clean) }.Settle(1);
            var commands = 0;
            foreach (var (index, choice) in choices.Index())
            {
                if (choice <= 5)
                    world.Grid = choice == 0 ? null : Grid([.. Enumerable.Range(0, 96).Select(hour => days[choice - 1][hour % 24])]);
                else if (choice <= 7)
                    world.Advance(TimeSpan.FromMinutes(choice == 6 ? 90 : 20));
                else if (choice == 8)
                    world.Command($"{(commands++ % 2 == 0 ? "pause" : "resume")} {commands}");
                world.Settle(4, _ => choice == 9 ? index % 2 : int.MaxValue);
                if (choice != 9 && world.Status is { Pause.Reason: TrainingRunReasons.PausedForGrid, CurrentAttempt: null } && world.Status.CarbonPauses!.LatestResumeTime < world.Now.AddMinutes(-3))
                    return false;
            }

            world.Grid = null;
            for (var round = 0; round < 8 && world.Status.Phase is not (TrainingRunPhase.Succeeded or TrainingRunPhase.Failed); round++)
            {
                world.Command($"pause {++commands}");
                world.Settle(6);
                world.Command($"resume {++commands}");
                world.Settle(40);
            }

            var (counts, budget) = (world.Status.Attempts!, world.Budgets[0].Status!);
            return world.Status.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed && !world.Overlap
                && counts.Pauses <= counts.Execution && (world.Status.CarbonPauses?.Count ?? 0) <= counts.Pauses + 1
                && budget.Holds is null or { Count: 0 } && budget.SettledMilligrams == (world.Status.Energy?.EmissionsMilligrams ?? 0);
        }).QuickCheckThrowOnFailure();

    public static TheoryData<string, TrainingRunSpec> Wrong => new()
    {
        { "spec.carbon.schedule.policy: 'Interruptible' is not allowed: LowestIntensity or Immediate; Interruptible only with spec.checkpoint.uri", Spec(Schedule) with { Checkpoint = null } },
        { "spec.carbon.schedule.policy: 'Interruptible' is not allowed: LowestIntensity or Immediate; Interruptible only", Spec(Schedule) with { Checkpoint = new() { IntervalSeconds = 60 } } },
        { "spec.carbon.schedule.policy: 'Interruptible' is not allowed: LowestIntensity or Immediate; Interruptible only", Spec(Schedule) with { Checkpoint = new() { Uri = "pvc://ckpt/a", Resume = TrainingResume.Never } } },
        { "spec.carbon.schedule: 'Interruptible' is not allowed: maxDelaySeconds, completeBy or both with Interruptible", Spec(Schedule with { MaxDelaySeconds = null }) },
        { "spec.carbon.schedule.minimumRunSeconds: '59' is not allowed: 60 to 86400", Spec(Schedule with { MinimumRunSeconds = 59 }) },
        { "spec.carbon.schedule.resumeCostSeconds: '-1' is not allowed: 0 to 86400", Spec(Schedule with { ResumeCostSeconds = -1 }) },
        { "spec.carbon.schedule.minimumRunSeconds: '1200' is not allowed: only with policy Interruptible", Spec(Schedule with { Policy = TrainingSchedulePolicy.LowestIntensity }) },
        { "with spec.sweep, which waits as a whole", Spec(Schedule) with { Sweep = Sweeps.SweepSpecs.Grid } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_schedule_is_named(string message, TrainingRunSpec spec)
    {
        Assert.Contains(message, string.Join("; ", TrainingRunValidation.Check(Runs.Run(spec))), StringComparison.Ordinal);
        Assert.Empty(TrainingRunValidation.Check(Runs.Run(Spec(Schedule))));
        Assert.False(TrainingRunAdmission.Review(null, Runs.Run(spec), [], Runs.Options, Runs.Start, null).Allowed);
    }

    private static TrainingRunSpec Spec(TrainingCarbonSchedule schedule) => Runs.Spec with
    {
        Carbon = new TrainingCarbon { ExpectedSeconds = 7200, Schedule = schedule },
        Checkpoint = new() { Uri = "pvc://ckpt/churn" },
    };

    private static ToyWorld World(int[]? grams = null, PodFate later = PodFate.Succeed, params V1CarbonBudget[] budgets) =>
        new(n => n == 1 ? PodFate.SavesWhenAsked : later, Spec(Schedule), budgets) { Grid = Grid(grams ?? Clean) };

    private static ToyWorld Paused(PodFate later = PodFate.Succeed) => Paused(AtWork(World(later: later), Runs.Start.AddMinutes(58)), Runs.Start.AddHours(1));

    private static ToyWorld Paused(ToyWorld world, DateTimeOffset at)
    {
        world.Advance(at - world.Now);
        world.Settle(8);
        Assert.Equal((TrainingRunPhase.Paused, TrainingRunReasons.PausedForGrid), (world.Status.Phase, world.Status.Reason));
        return world;
    }

    private static ToyWorld AtWork(ToyWorld world, DateTimeOffset until)
    {
        world = Training(world);
        world.Advance(until - world.Now);
        return world;
    }

    /// <summary>Until the trainer runs, and that is on record.</summary>
    private static ToyWorld Training(ToyWorld world)
    {
        for (var round = 0; round < 20 && !(world.Run!.Status is { CurrentAttempt: { Reason: null } attempt } && world.Pods.Exists(p => p.Metadata.Name == attempt.PodName && ToyKubelet.Status(p, "trainer")?.State?.Running is not null)); round++)
            world.Settle(1);
        Assert.NotNull(world.Run!.Status?.CurrentAttempt);
        world.Reconcile();
        return world;
    }
}
