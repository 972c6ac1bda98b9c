using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Carbon.Budgets;
using ModelOperator.Carbon.Metering;
using ModelOperator.CarbonBudgets;
using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Budgets of runs at work: what is asked, and what happens when it is refused.</summary>
public sealed class TrainingRunEnforcementTests
{
    private static readonly TrainingEstimate Claim = TrainingRunEstimates.Estimate(Runs.Spec, Runs.Options, out _)!;

    public static TheoryData<string, TrainingProgress?, long, double?> Reports => new()
    {
        { "none", null, 0, null },
        { "of the attempt before", new() { Percentage = 90, LastUpdatedTime = Runs.Start.AddSeconds(-1) }, 0, null },
        { "too small a share", new() { Percentage = 4, LastUpdatedTime = Runs.Start.AddSeconds(100) }, 0, null },
        { "a share", new() { Percentage = 25, LastUpdatedTime = Runs.Start.AddSeconds(100) }, 0, 300 },
        { "a share of all attempts", new() { Percentage = 50, LastUpdatedTime = Runs.Start.AddSeconds(100) }, 200, 300 },
        { "a share a while ago", new() { Percentage = 50, LastUpdatedTime = Runs.Start.AddSeconds(80) }, 0, 60 },
        { "seconds", new() { RemainingSeconds = 70, Percentage = 1, LastUpdatedTime = Runs.Start.AddSeconds(100) }, 0, 70 },
        { "seconds that are over", new() { RemainingSeconds = 7, LastUpdatedTime = Runs.Start.AddSeconds(50) }, 0, 0 },
        { "more than the deadline leaves", new() { RemainingSeconds = 999_999, LastUpdatedTime = Runs.Start.AddSeconds(100) }, 0, 86_300 },
        { "nothing", new() { LastUpdatedTime = Runs.Start.AddSeconds(100) }, 0, null },
    };

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_end_is_projected_from_the_trainers_report(string report, TrainingProgress? progress, long before, double? remaining)
    {
        var run = Runs.Run(Runs.Spec with { Deadlines = new() { ActiveSeconds = 86_400 } }, new()
        {
            Attempts = new() { ActiveSeconds = before },
            Checkpoint = before > 0 ? new() { Uri = "pvc://a/b" } : null,
            Energy = new() { Method = "ModelledCPU", EnergyMilliwattHours = 500, EmissionsMilligrams = 200, PueMilli = 1200 },
        });
        var current = new EnergyRecord { Method = "MeasuredCounter", EnergyMilliwattHours = 1_000, EmissionsMilligrams = 400, PueMilli = 1200 };
        var outlook = TrainingRunOutlook.Of(run, progress, current, Runs.Start, Runs.Start.AddSeconds(100));
        Assert.True(outlook.RemainingSeconds == remaining, $"{report}: {outlook.RemainingSeconds}");
        Assert.Equal(Amount(600, 1_800), outlook.Used);
        // Twelve milliwatt-hours and four milligrams a second; until the end or, where that is unknown, until the state is saved.
        var seconds = (long)(remaining ?? 30);
        Assert.Equal(Amount(600 + (4 * seconds), 1_800 + (12 * seconds)), outlook.Projected);
        Assert.Equal(Amount(600 + (4 * Math.Min(seconds, 30)), 1_800 + (12 * Math.Min(seconds, 30))), outlook.WhenStopped);
        Assert.Equal(TimeSpan.FromSeconds(50), outlook.TimeFor(Amount(200, 900)));
        Assert.EndsWith("MeasuredCounter.", outlook.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_outlives_its_estimate_is_given_more_in_steps_and_never_stopped()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, null, Budget(10 * Claim.EmissionsMilligramsP95));
        var asks = new HashSet<TrainingProjection>();
        for (var i = 0; i < 150; i++)
        {
            world.Settle(1);
            if (world.Run!.Status?.Projection is { } ask)
                asks.Add(ask);
        }

        Assert.Equal((TrainingRunPhase.Running, 1), (world.Status.Phase, world.Status.Attempts!.Execution));
        var held = world.Budgets[0].Status!.Holds![0].Milligrams;
        Assert.InRange(held, 2 * Claim.EmissionsMilligramsP95, 10 * Claim.EmissionsMilligramsP95);
        Assert.InRange(asks.Count, 3, 30);
        Assert.Null(Conditions.Find(world.Status.Conditions, TrainingRunConditions.WithinBudget));
        Assert.True(world.Writes < 60, $"{world.Writes} writes");
    }

    [Fact]
    public void At_its_limit_a_run_is_paused_and_booked_and_goes_on_after_the_reset()
    {
        var world = new ToyWorld(n => n == 1 ? PodFate.RunForever : PodFate.Succeed, null, Budget(Claim.EmissionsMilligramsP95)).Settle(300);
        Assert.Equal((TrainingRunPhase.Paused, TrainingRunReasons.PausedByBudget), (world.Status.Phase, world.Status.Reason));
        Assert.Equal((1, 0, 0, 1), (world.Status.Attempts!.Execution, world.Status.Attempts.Failures, world.Status.Attempts.Disruptions, world.Status.Attempts.Pauses));
        Assert.Equal(TrainingRunReasons.PausedByBudget, world.Status.History![0].Reason);
        Assert.Empty(world.Pods);
        var message = world.Status.Message!;
        foreach (var part in (string[])["CarbonBudget month holds", "burnt ", "projected ", "available ", "resets at 2026-03-15T00:00:00Z"])
            Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.Equal(message, Conditions.Find(world.Status.Conditions, TrainingRunConditions.WithinBudget)!.Message);
        var booked = world.Budgets[0].Status!;
        Assert.Equal((world.Status.Energy!.EmissionsMilligrams, 0, 0L), (booked.SettledMilligrams, booked.ReservedMilligrams, booked.SettledRuns));
        // Its last look was before the end: what the trainer burnt while it saved its state is counted, and little beyond the limit.
        Assert.InRange(booked.SettledMilligrams, Claim.EmissionsMilligramsP95 * 8 / 10, Claim.EmissionsMilligramsP95 * 12 / 10);

        world.Advance(TimeSpan.FromHours(2));
        Assert.Null(world.Reconcile().Status);
        Assert.Empty(CarbonBudgetPlanner.Decide(world.Budgets, [world.Run!], world.Now).Writes);
        world.Advance(TimeSpan.FromHours(24));
        world.Settle(60);
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal((2, 1), (world.Status.Attempts!.Execution, world.Status.Attempts.Pauses));
        var next = world.Budgets[0].Status!;
        Assert.Equal((world.Status.Energy!.EmissionsMilligrams - booked.SettledMilligrams, 0, 1L), (next.SettledMilligrams, next.ReservedMilligrams, next.SettledRuns));
        Assert.Equal(Math.Max(0, booked.SettledMilligrams - Claim.EmissionsMilligramsP95), next.DebtMilligrams);
        Assert.Equal(1, world.Events.Count(static e => e.Reason == TrainingRunReasons.ExtensionRefused));
    }

    [Fact]
    public void A_run_that_its_budget_fails_is_failed_when_its_hold_is_burnt_and_settled()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, null, Budget(Claim.EmissionsMilligramsP95, CarbonBudgetExceedAction.Fail)).Settle(300);
        Assert.Equal((TrainingRunPhase.Failed, TrainingRunReasons.CarbonBudgetExceeded), (world.Status.Phase, world.Status.Reason));
        Assert.Contains("CarbonBudget month holds", world.Status.Message, StringComparison.Ordinal);
        Assert.Equal((world.Status.Energy!.EmissionsMilligrams, 1L), (world.Budgets[0].Status!.SettledMilligrams, world.Budgets[0].Status!.SettledRuns));
        Assert.Empty(world.Budgets[0].Status!.Holds ?? []);
    }

    [Fact]
    public void A_run_that_its_budget_warns_about_is_told_of_once_and_goes_on_and_what_it_burns_is_held()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, null, Budget(Claim.EmissionsMilligramsP95, CarbonBudgetExceedAction.Warn)).Settle(400);
        Assert.Equal(TrainingRunPhase.Running, world.Status.Phase);
        Assert.True(Conditions.IsFalse(world.Status.Conditions, TrainingRunConditions.WithinBudget));
        Assert.Equal(1, world.Events.Count(static e => e.Reason == TrainingRunReasons.ExtensionRefused));
        Assert.True(world.Budgets[0].Status!.ReservedMilligrams > Claim.EmissionsMilligramsP95 * 3 / 2, world.Budgets[0].Status!.Emissions);
        Assert.True(world.Writes < 100, $"{world.Writes} writes");
    }

    [Theory]
    [InlineData(CarbonBudgetEnforcement.Warn)]
    [InlineData(CarbonBudgetEnforcement.Audit)]
    public void A_budget_that_only_warns_or_audits_stops_no_run(CarbonBudgetEnforcement enforcement)
    {
        var budget = Budget(Claim.EmissionsMilligramsP95);
        var world = new ToyWorld(_ => PodFate.RunForever, null, budget with { Spec = budget.Spec with { Enforcement = enforcement } }).Settle(300);
        Assert.Equal((TrainingRunPhase.Running, 1), (world.Status.Phase, world.Status.Attempts!.Execution));
    }

    [Fact]
    public void What_a_run_holds_it_may_burn_though_its_projection_is_refused()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, null, Budget(Claim.EmissionsMilligramsP95)).Settle(12);
        Assert.Equal(TrainingRunPhase.Running, world.Status.Phase);
        world.Progress = new() { RemainingSeconds = 80_000, LastUpdatedTime = world.Now };
        world.Settle(3);
        Assert.True(Conditions.IsFalse(world.Status.Conditions, TrainingRunConditions.WithinBudget));
        Assert.Equal((TrainingRunPhase.Running, null), (world.Status.Phase, world.Status.CurrentAttempt!.Reason));
        // The trainer thinks better of it: the ask is taken back.
        world.Progress = new() { RemainingSeconds = 30, LastUpdatedTime = world.Now };
        world.Settle(3);
        Assert.True(Conditions.IsTrue(world.Status.Conditions, TrainingRunConditions.WithinBudget));
        Assert.Null(world.Budgets[0].Status!.Holds![0].RefusedMilligrams);
    }

    [Fact]
    public void A_higher_limit_lets_a_paused_run_go_on_and_too_low_a_one_says_that_no_reset_helps()
    {
        var world = new ToyWorld(n => n == 1 ? PodFate.RunForever : PodFate.Succeed, null, Budget(Claim.EmissionsMilligramsP95)).Settle(12);
        world.Progress = new() { RemainingSeconds = 50_000, LastUpdatedTime = world.Now };
        world.Settle(250);
        Assert.Equal((TrainingRunPhase.Paused, TrainingRunReasons.PausedByBudget), (world.Status.Phase, world.Status.Reason));
        Assert.True(Conditions.IsTrue(world.Status.Conditions, TrainingRunConditions.Stalled));
        world.Advance(TimeSpan.FromDays(3));
        world.Settle(5);
        Assert.Equal(TrainingRunPhase.Paused, world.Status.Phase);
        world.Budgets[0] = world.Budgets[0] with { Spec = Budget(1_000 * Claim.EmissionsMilligramsP95).Spec };
        world.Settle(60);
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal(1, world.Status.Attempts!.Pauses);
    }

    [Fact]
    public void Commands_do_not_go_past_a_budgets_pause_and_a_stop_books_nothing_twice()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, null, Budget(Claim.EmissionsMilligramsP95)).Settle(300);
        Assert.Equal(TrainingRunReasons.PausedByBudget, world.Status.Reason);
        foreach (var command in (string[])["resume 1", "pause 2"])
        {
            world.Command(command);
            world.Settle(3);
            Assert.StartsWith("Rejected: the run is paused", world.Status.LastCommand!.Result, StringComparison.Ordinal);
            Assert.Equal(TrainingRunReasons.PausedByBudget, world.Status.Reason);
        }

        world.Command("stop 3");
        world.Settle(5);
        Assert.Equal((TrainingRunPhase.Failed, TrainingRunReasons.StoppedByUser), (world.Status.Phase, world.Status.Reason));
        Assert.Equal((world.Status.Energy!.EmissionsMilligrams, 1L), (world.Budgets[0].Status!.SettledMilligrams, world.Budgets[0].Status!.SettledRuns));
    }

    [Fact]
    public void Of_two_budgets_the_one_without_room_pauses_the_run_and_both_book_it()
    {
        var wide = Budget(50 * Claim.EmissionsMilligramsP95);
        wide.Metadata.Name = "wide";
        var world = new ToyWorld(n => n == 1 ? PodFate.RunForever : PodFate.Succeed, null, Budget(Claim.EmissionsMilligramsP95), wide).Settle(300);
        Assert.Equal(TrainingRunReasons.PausedByBudget, world.Status.Reason);
        Assert.All(world.Budgets, b => Assert.Equal((world.Status.Energy!.EmissionsMilligrams, 0L), (b.Status!.SettledMilligrams, b.Status.ReservedMilligrams)));
        world.Advance(TimeSpan.FromDays(1));
        world.Settle(60);
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.All(world.Budgets, static b => Assert.Empty(b.Status!.Holds ?? []));
    }

    [Fact]
    public void What_sensors_say_of_a_run_at_work_counts_before_the_model()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, null, Budget(Claim.EmissionsMilligramsP95)).Settle(12);
        Assert.Null(world.Status.Projection);
        world.Power = run => run.Status!.CurrentAttempt!.StartedAt is { } started ? Measured(started, world.Now, watts: 20_000) : null;
        world.Settle(2);
        Assert.EndsWith("MeasuredPower.", world.Status.Projection!.Basis, StringComparison.Ordinal);
        Assert.True(world.Status.Projection.EnergyMilliwattHoursUsed > Claim.EnergyMilliwattHoursP95, "a GPU of 20 kW burns the estimate in a minute");
    }

    [Fact]
    public async Task Sensors_are_asked_again_after_a_tenth_of_the_time_that_was_trained_and_for_each_attempt()
    {
        var world = new ToyWorld(_ => PodFate.RunForever).Settle(12);
        var (meter, time) = (new CountingMeter(), new SetTime { Now = world.Status.CurrentAttempt!.StartedAt!.Value.AddSeconds(100) });
        var watch = new TrainingRunPowerWatch(meter, time);
        foreach (var (seconds, asked) in ((int, int)[])[(0, 1), (9, 1), (11, 2), (12, 2), (1_000, 3), (1_059, 3), (1_061, 4)])
        {
            time.Now = world.Status.CurrentAttempt.StartedAt!.Value.AddSeconds(100 + seconds);
            Assert.NotNull(await watch.AskAsync(world.Run!, world.Pods, CancellationToken.None));
            Assert.Equal((seconds, asked), (seconds, meter.Asked));
        }

        Assert.Null(await watch.AskAsync(world.Run!, [], CancellationToken.None));
        Assert.NotNull(await watch.AskAsync(world.Run!, world.Pods, CancellationToken.None));
        Assert.Equal(5, meter.Asked);
    }

    [Fact]
    public void A_death_at_any_round_of_a_pause_by_a_budget_loses_and_doubles_nothing()
    {
        var whole = Limited();
        var pause = 0;
        for (; whole.Run!.Status?.Pause is null; pause++)
            whole.Settle(1);
        for (var at = pause - 4; at < pause + 6; at++)
        {
            foreach (var writes in (int[])[0, 1])
            {
                var world = Limited().Settle(pause + 12, round => round == at ? writes : int.MaxValue);
                Assert.True(world.Status.Reason == TrainingRunReasons.PausedByBudget, $"{at}: {world.Status.Phase} {world.Status.Reason}");
                var booked = world.Budgets[0].Status!.SettledMilligrams;
                Assert.Equal(world.Status.Energy!.EmissionsMilligrams, booked);
                world.Advance(TimeSpan.FromDays(1));
                world.Settle(60, round => round == at - pause + 4 ? writes : int.MaxValue);
                Assert.Equal((TrainingRunPhase.Succeeded, 1, false), (world.Status.Phase, world.Status.Attempts!.Pauses, world.Overlap));
                Assert.Equal(world.Status.Energy!.EmissionsMilligrams - booked, world.Budgets[0].Status!.SettledMilligrams);
            }
        }
    }

    private static ToyWorld Limited() => new(n => n == 1 ? PodFate.RunForever : PodFate.Succeed, null, Budget(Claim.EmissionsMilligramsP95));

    private static PowerEvidence Measured(DateTimeOffset from, DateTimeOffset to, double watts) => new()
    {
        Gpus = [EnergyFromPowerSamples.Integrate([new(from, watts), new(to, watts)], from, to, new MeteringOptions(TimeSpan.FromHours(1)))],
        GpuMethod = MeasurementMethod.MeasuredPower,
        GpuSource = "the sensors",
    };

    private sealed class CountingMeter : IPowerMeter
    {
        internal int Asked { get; private set; }

        public Task<PowerEvidence?> MeasureAsync(PowerQuestion question, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult<PowerEvidence?>(new());
        }
    }

    private sealed class SetTime : TimeProvider
    {
        internal DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private static V1CarbonBudget Budget(long milligrams, CarbonBudgetExceedAction action = CarbonBudgetExceedAction.Pause)
    {
        var budget = Runs.Budget((milligrams / 1000m).ToString(CultureInfo.InvariantCulture));
        return budget with { Spec = budget.Spec with { Window = CarbonBudgetWindow.Day, OnExceed = action } };
    }

    private static BudgetAmount Amount(long milligrams, long milliwattHours) => new(new(milligrams), new(milliwattHours));
}
