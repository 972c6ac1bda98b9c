using ModelOperator.Carbon;
using ModelOperator.Carbon.Grid;
using ModelOperator.CarbonBudgets;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Runs that wait for a cleaner grid. The toy trainer needs seconds where its run expects two hours.</summary>
public sealed class TrainingRunCarbonStartTests
{
    private static readonly int[] Dip = [400, 400, 400, 100, 100, 400, 400, 400, 400, 400];

    [Fact]
    public void A_run_waits_for_the_dip_holds_nothing_meanwhile_and_says_what_it_saved()
    {
        var world = World(Dip, budgets: Runs.Budget("100000")).Settle(3);
        Assert.Equal((TrainingRunPhase.Queued, TrainingRunReasons.WaitingForLowCarbonWindow), (world.Status.Phase, world.Status.Reason));
        Assert.Equal("Starts at 2026-03-14T12:00Z, when 100 gCO2e/kWh (Average) are expected instead of 400 gCO2e/kWh; at 2026-03-14T15:00Z at the latest.", world.Status.Message);
        var start = world.Status.CarbonStart!;
        Assert.Equal((Runs.Start, Runs.Start.AddHours(3), Runs.Start.AddHours(6)), (start.Since, start.StartTime, start.LatestStartTime!.Value));
        Assert.Equal(("Average", 400_000, 100_000, 75), (start.Signal, start.ImmediateIntensityMilligramsPerKwh!.Value, start.StartIntensityMilligramsPerKwh!.Value, start.ExpectedSavingPercent!.Value));
        var energy = TrainingRunEstimates.Estimate(world.Run!.Spec, Runs.Options, out _)!.EnergyMilliwattHoursP50;
        Assert.Equal(energy * 3 / 10, start.ExpectedSavingMilligrams!.Value, 1.0);
        Assert.Null(world.Status.Estimate);
        Assert.Empty(world.Budgets[0].Status?.Holds ?? []);
        Assert.NotEqual(LineState.Waiting, TrainingRunLine.StateOf(world.Run));

        var writes = world.Writes;
        world.Advance(TimeSpan.FromMinutes(150));
        Assert.InRange(world.Settle(5).Decide().RequeueAfter!.Value, TimeSpan.FromSeconds(1), TrainingRunPlanner.ForecastRefresh);
        Assert.Equal((writes, 0), (world.Writes, world.PodsCreated));

        world.Advance(Runs.Start.AddHours(3) - world.Now);
        world.Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, 1), (world.Status.Phase, world.PodsCreated));
        Assert.Equal(TrainingRunReasons.LowCarbonWindow, Reason(world));
        var end = world.Status.CarbonStart!;
        Assert.Equal((true, Runs.Start.AddHours(3), "Forecast", 75), (end.Released, end.StartTime, end.CounterfactualQuality, end.RealisedSavingPercent!.Value));
        Assert.InRange(end.CounterfactualEmissionsMilligrams!.Value - (4 * world.Status.Energy!.EmissionsMilligrams), -4, 4);
        Assert.Equal(end.CounterfactualEmissionsMilligrams - world.Status.Energy.EmissionsMilligrams, end.RealisedSavingMilligrams);
        Assert.Equal(2, world.Events.Count(e => e.Reason is TrainingRunReasons.WaitingForLowCarbonWindow or TrainingRunReasons.LowCarbonWindow));
        Assert.Equal(1, world.Budgets[0].Status!.SettledRuns);
    }

    public static TheoryData<int[], TrainingCarbonSchedule, string> AtOnce => new()
    {
        { [], new() { MaxDelaySeconds = 21600 }, TrainingRunReasons.ForecastUnavailable },
        { [400], new() { MaxDelaySeconds = 21600 }, TrainingRunReasons.ForecastUnavailable },
        { [400, 400, 400, 400, 400, 400, 400, 400, 400], new() { MaxDelaySeconds = 21600 }, TrainingRunReasons.NoCleanerWindow },
        { [100, 400, 400, 400, 400, 400, 400, 400, 400], new() { MaxDelaySeconds = 21600 }, TrainingRunReasons.NoCleanerWindow },
        { Dip, new() { MaxDelaySeconds = 1800 }, TrainingRunReasons.NoCleanerWindow },
        { Dip, new() { MaxDelaySeconds = 21600, CompleteBy = Runs.Start.AddHours(2) }, TrainingRunReasons.LatestStartReached },
        { Dip, new() { MaxDelaySeconds = 21600, StartBelowGramsPerKwh = 400 }, TrainingRunReasons.GridCleanEnough },
        { Dip, new() { Policy = TrainingSchedulePolicy.Immediate }, TrainingRunReasons.ImmediateStart },
    };

    [Theory]
    [MemberData(nameof(AtOnce))]
    public void A_run_starts_at_once_and_says_why(int[] grams, TrainingCarbonSchedule schedule, string reason)
    {
        var world = World(grams, schedule: schedule);
        world.Reconcile();
        Assert.Equal((TrainingRunPhase.Starting, reason), (world.Status.Phase, Reason(world)));
        Assert.Equal((true, Runs.Start), (world.Status.CarbonStart!.Released, world.Status.CarbonStart.StartTime));
        var writes = world.Settle().Writes;
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal(writes, world.Settle(3).Writes);
    }

    [Theory]
    [InlineData(6, 5)] // two hours, a quarter more, and ten minutes for the start: 09:00 + 6 h - 2:40
    [InlineData(5, 2)]
    public void The_end_by_the_deadline_bounds_the_wait(int hours, int slot)
    {
        int[] grams = [400, 400, 400, 400, 400, 400, 400, 400];
        grams[slot] = 100;
        var world = World(grams, schedule: new() { CompleteBy = Runs.Start.AddHours(hours) });
        world.Reconcile();
        Assert.Equal(Runs.Start.AddHours(hours).AddMinutes(-160), world.Status.CarbonStart!.LatestStartTime);
        Assert.True(world.Status.CarbonStart.StartTime <= world.Status.CarbonStart.LatestStartTime);
    }

    [Fact]
    public void Another_forecast_moves_the_start_once_and_a_trembling_one_does_not()
    {
        var world = World(Dip).Settle(2);
        var writes = world.Writes;
        world.Grid = Grid([400, 400, 400, 101, 101, 400, 400, 99, 99, 400]);
        world.Settle(3);
        Assert.Equal(writes, world.Writes);
        world.Grid = Grid([400, 50, 50, 101, 101, 400, 400, 400, 400, 400]);
        world.Settle(3);
        Assert.Equal((writes + 1, Runs.Start.AddHours(1), 88), (world.Writes, world.Status.CarbonStart!.StartTime, world.Status.CarbonStart.ExpectedSavingPercent!.Value));
        Assert.Single(world.Events, e => e.Reason == "LowCarbonWindowMoved");
        world.Grid = Grid([400, 400, 400, 400, 400, 400, 400, 400, 400, 400]);
        Assert.Equal(TrainingRunPhase.Succeeded, world.Settle().Status.Phase);
        Assert.Equal(TrainingRunReasons.NoCleanerWindow, Reason(world));
    }

    [Fact]
    public void A_forecast_that_is_lost_leaves_the_decision_and_says_so()
    {
        var world = World(Dip).Settle(2);
        world.Grid = null;
        world.Settle(3);
        Assert.Equal(Runs.Start.AddHours(3), world.Status.CarbonStart!.StartTime);
        Assert.StartsWith("Starts at 2026-03-14T12:00Z, as was decided before; nothing is known", world.Status.Message, StringComparison.Ordinal);
        var writes = world.Writes;
        Assert.Equal(writes, world.Settle(3).Writes);
        world.Advance(TimeSpan.FromHours(3));
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal((75, "Yearly"), (world.Status.CarbonStart.ExpectedSavingPercent!.Value, world.Status.CarbonStart.CounterfactualQuality));
        Assert.Null(world.Status.CarbonStart.RealisedSavingMilligrams);
    }

    [Theory]
    [InlineData(4, TrainingRunReasons.LowCarbonWindow)]
    [InlineData(7, TrainingRunReasons.LatestStartReached)]
    public void An_operator_that_was_down_over_the_chosen_start_starts_the_run_then(int hours, string reason)
    {
        var world = World(Dip).Settle(2);
        world.Advance(TimeSpan.FromHours(hours));
        world.Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, reason), (world.Status.Phase, Reason(world)));
    }

    [Fact]
    public void Marginal_figures_decide_and_averages_account()
    {
        var world = World(Dip);
        world.MarginalGrid = new("DEU", GridTimeline<MarginalSignal>.Empty.Merge(Slots([900, 300, 300, 900, 900, 900, 900, 900]), Runs.Start.AddDays(-8)), null, "none");
        world.Settle(2);
        var start = world.Status.CarbonStart!;
        Assert.Equal(("Marginal", Runs.Start.AddHours(1), 600_000, 300_000), (start.Signal, start.StartTime, start.ImmediateIntensityMilligramsPerKwh!.Value, start.StartIntensityMilligramsPerKwh!.Value));
        world.Advance(TimeSpan.FromHours(1));
        world.Settle();
        // By the average nothing was gained.
        Assert.Equal(0, world.Status.CarbonStart!.RealisedSavingPercent);
        Assert.InRange(world.Status.CarbonStart.RealisedSavingMilligrams!.Value, -2, 2);
    }

    [Fact]
    public void A_waiting_run_can_be_paused_resumed_and_stopped()
    {
        var world = World(Dip).Settle(2);
        world.Command("pause 1");
        Assert.Equal(TrainingRunPhase.Paused, world.Settle(2).Status.Phase);
        world.Command("resume 2");
        world.Settle(2);
        Assert.Equal((TrainingRunReasons.WaitingForLowCarbonWindow, Runs.Start.AddHours(3)), (world.Status.Reason, world.Status.CarbonStart!.StartTime));
        world.Edit(s => s with { Suspend = true });
        Assert.Equal(TrainingRunPhase.Suspended, world.Settle(2).Status.Phase);
        world.Edit(s => s with { Suspend = null });
        world.Settle(2);
        world.Command("stop 3");
        world.Settle(2);
        Assert.Equal((TrainingRunPhase.Failed, TrainingRunReasons.StoppedByUser, 0), (world.Status.Phase, world.Status.Reason, world.PodsCreated));
    }

    [Fact]
    public void A_schedule_that_goes_from_the_spec_lets_the_run_go()
    {
        var world = World(Dip).Settle(2);
        world.Edit(s => s with { Carbon = s.Carbon! with { Schedule = null } });
        world.Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, TrainingRunReasons.ImmediateStart), (world.Status.Phase, Reason(world)));
    }

    [Fact]
    public void Attempts_after_the_first_do_not_wait()
    {
        var world = World(Dip, n => n == 1 ? PodFate.Evicted : PodFate.Succeed).Settle(2);
        world.Advance(TimeSpan.FromHours(3));
        world.Settle(20);
        world.Grid = Grid(Dip);
        world.Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, 2), (world.Status.Phase, world.PodsCreated));
        Assert.True(world.Status.CompletionTime < Runs.Start.AddHours(4));
    }

    [Fact]
    public void A_run_that_has_asked_its_budgets_goes_on()
    {
        var world = World([400, 400, 400, 400, 400, 400, 400, 400, 400, 400], budgets: Runs.Budget("0.001")).Settle(3);
        Assert.Equal(TrainingRunReasons.CarbonBudgetTooSmall, world.Status.Reason);
        Assert.Equal(TrainingRunReasons.NoCleanerWindow, Reason(world));
        world.Grid = Grid(Dip);
        Assert.Equal(TrainingRunReasons.CarbonBudgetTooSmall, world.Settle(3).Status.Reason);
    }

    public static TheoryData<string, TrainingRunSpec> WrongSpecs => new()
    {
        { "spec.carbon.schedule: 'LowestIntensity' is not allowed: maxDelaySeconds, completeBy or both", With(new()) },
        { "spec.carbon.schedule.maxDelaySeconds: '0' is not allowed: 1 to 2592000", With(new() { MaxDelaySeconds = 0 }) },
        { "spec.carbon.schedule.maxDelaySeconds: '2592001' is not allowed", With(new() { MaxDelaySeconds = 2592001 }) },
        { "spec.carbon.schedule.startBelowGramsPerKwh: '-1' is not allowed: 0 to 3000", With(new() { MaxDelaySeconds = 60, StartBelowGramsPerKwh = -1 }) },
    };

    [Fact]
    public void A_run_that_waits_for_room_asks_for_less_when_the_grid_gets_cleaner()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, Runs.Spec with { Carbon = new TrainingCarbon { ExpectedSeconds = 3600 } }, Runs.Budget("0.02")) { Grid = Grid(Dip) }.Settle(3);
        var first = world.Status.Estimate!;
        Assert.Equal((TrainingRunReasons.CarbonBudgetTooSmall, 400_000, "Forecast"), (world.Status.Reason, first.IntensityMilligramsPerKwh, first.IntensityQuality));
        var writes = world.Writes;
        world.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(writes, world.Settle(3).Writes);
        // What is left is enough for the dip alone.
        world.Budgets[0] = world.Budgets[0] with { Spec = world.Budgets[0].Spec with { Limit = new() { GramsCO2e = (first.EmissionsMilligramsP95 / 2000m).ToString("0.###", null) } } };
        world.Advance(Runs.Start.AddHours(3) - world.Now);
        Assert.Equal(TrainingRunPhase.Succeeded, world.Settle().Status.Phase);
        Assert.Equal(100_000, world.Status.Estimate!.IntensityMilligramsPerKwh);
    }

    [Fact]
    public void A_run_waits_until_somebody_knows_the_grid_where_its_budget_asks_for_it()
    {
        var budget = Runs.Budget("100000");
        budget = budget with { Spec = budget.Spec with { IntensityUnavailable = CarbonBudgetIntensityUnavailable.Deny } };
        var world = new ToyWorld(_ => PodFate.Succeed, Runs.Spec, budget).Settle(3);
        Assert.Equal((TrainingRunPhase.Queued, TrainingRunReasons.IntensityUnavailable), (world.Status.Phase, world.Status.Reason));
        Assert.Contains("CarbonBudget team-a/month starts nothing while no source knows the grid's carbon intensity (the estimate rests on: Yearly)", world.Status.Message, StringComparison.Ordinal);
        Assert.InRange(world.Decide().RequeueAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        var writes = world.Writes;
        Assert.Equal(writes, world.Settle(3).Writes);
        world.Grid = Grid(Dip);
        Assert.Equal(TrainingRunPhase.Succeeded, world.Settle().Status.Phase);
        Assert.Equal("Forecast", world.Status.Estimate!.IntensityQuality);
    }

    public static TheoryData<string, int[], string, string?> Greener => new()
    {
        { "the dip is clean enough", Dip, "0.3", "From 2026-03-14T12:00Z on the grid is expected to be clean enough for what is left (100 gCO2e/kWh)." },
        { "a part of the dip is", Dip, "0.8", "From 2026-03-14T11:30Z on" },
        { "not even the dip is", Dip, "0.2", null },
        { "there is none", [400, 400, 400, 400], "0.5", null },
        { "nobody knows", [], "0.5", null },
    };

    [Theory]
    [MemberData(nameof(Greener))]
    public void Whoever_is_kept_out_for_emissions_hears_when_the_grid_is_clean_enough(string what, int[] grams, string share, string? sentence)
    {
        var spec = Runs.Spec with { Carbon = new TrainingCarbon { ExpectedSeconds = 3600 } };
        var grid = grams.Length == 0 ? null : Grid(grams);
        var needed = TrainingRunEstimates.Estimate(spec, Runs.Options, grid, Runs.Start, out _)!.EmissionsMilligramsP95;
        var limit = (needed * decimal.Parse(share, System.Globalization.CultureInfo.InvariantCulture) / 1000).ToString("0.###", null);
        var decision = TrainingRunAdmission.Review(null, Runs.Run(spec), [Runs.Budget(limit)], Runs.Options, Runs.Start, grid);
        Assert.False(decision.Allowed);
        Assert.True(sentence is null ? !decision.Message!.Contains("clean enough", StringComparison.Ordinal) : decision.Message!.Contains(sentence, StringComparison.Ordinal), $"{what}: {decision.Message}");
    }

    [Theory]
    [MemberData(nameof(WrongSpecs))]
    public void A_wrong_schedule_is_named(string message, TrainingRunSpec spec) =>
        Assert.Contains(message, string.Join("; ", TrainingRunValidation.Check(Runs.Run(spec))), StringComparison.Ordinal);

    private static string? Reason(ToyWorld world) => world.Status.Conditions!.Single(c => c.Type == TrainingRunConditions.CarbonStart).Reason;

    private static TrainingRunSpec With(TrainingCarbonSchedule schedule) => Runs.Spec with { Carbon = new TrainingCarbon { ExpectedSeconds = 7200, Schedule = schedule } };

    private static ToyWorld World(int[] grams, Func<int, PodFate>? fateOf = null, TrainingCarbonSchedule? schedule = null, params V1CarbonBudget[] budgets) =>
        new(fateOf ?? (_ => PodFate.Succeed), With(schedule ?? new TrainingCarbonSchedule { MaxDelaySeconds = 21600 }), budgets) { Grid = Grid(grams) };

    internal static ZoneIntensity<AverageSignal> Grid(int[] grams) => YearlyIntensity.Of("DEU", GridTimeline<AverageSignal>.Empty.Merge(Slots(grams), Runs.Start.AddDays(-8)));

    private static IEnumerable<GridSlot> Slots(int[] grams) => grams.Select((g, h) => new GridSlot(
        Runs.Start.AddHours(h), Runs.Start.AddHours(h + 1), CarbonIntensity.FromGramsPerKilowattHour(g), IntensityQuality.Forecast, "the grid"));
}
