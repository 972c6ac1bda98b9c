using ModelOperator.Carbon;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Metering;
using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Energy and emissions of attempts as the planner books them.</summary>
public sealed class TrainingRunEnergyTests
{
    private static readonly TrainingAttempt Ended = new()
    {
        Number = 1,
        PodName = "diamonds-v1-1-0",
        PodUid = "p1",
        StartedAt = Runs.Start,
        EndedAt = Runs.Start.AddHours(2),
        Reason = TrainingRunReasons.StoppedByUser,
        Message = "Stopped by the command annotation.",
    };

    [Fact]
    public void Emissions_are_booked_hour_by_hour_and_the_record_says_what_the_intensity_was_worth()
    {
        var status = Close(Run(Ended), Grid(Hour(0, 100), Hour(1, 300)));
        var energy = status.Energy!;
        // A run of two cores, 2 GiB and an unnamed GPU: constant power, so the mean of both hours; PUE 1.2.
        Assert.Equal(200_000, energy.IntensityMilligramsPerKwh);
        Assert.InRange(energy.EmissionsMilligrams - (energy.EnergyMilliwattHours * 1.2 * 0.2), -1, 1);
        Assert.Equal(("Measured", "the grid, measured"), (energy.IntensityQuality, energy.IntensitySource));
    }

    [Fact]
    public void Attempts_are_booked_in_the_hours_in_which_they_ran()
    {
        var grid = Grid(Hour(0, 100), Hour(1, 100), Hour(2, 500), Hour(3, 500));
        var first = Close(Run(Ended), grid);
        var second = Run(Ended with { Number = 2, StartedAt = Runs.Start.AddHours(2), EndedAt = Runs.Start.AddHours(4) });
        second.Status = second.Status! with { Energy = first.Energy };
        var energy = Close(second, grid).Energy!;
        Assert.Equal(2 * first.Energy!.EnergyMilliwattHours, energy.EnergyMilliwattHours);
        Assert.Equal(300_000, energy.IntensityMilligramsPerKwh);
        Assert.InRange(energy.EmissionsMilligrams - (6 * first.Energy.EmissionsMilligrams), -6, 6);
    }

    [Fact]
    public void The_hours_of_all_attempts_are_on_record_and_add_up_to_the_energy()
    {
        var grid = Grid(Hour(0, 100), Hour(1, 300));
        var half = Ended with { StartedAt = Runs.Start.AddMinutes(90) };
        var first = Close(Run(half), grid);
        var second = Run(null, first with { Phase = TrainingRunPhase.Running, CompletionTime = null, CurrentAttempt = half with { Number = 2, StartedAt = Runs.Start, EndedAt = Runs.Start.AddMinutes(90) } });
        var status = Close(second, grid);
        Assert.Equal(
            [(Runs.Start, 3_600L, 100_000L, "Measured"), (Runs.Start.AddHours(1), 3_600L, 300_000L, "Measured")],
            status.EnergyHours!.Select(static h => (h.Start, h.Seconds, h.IntensityMilligramsPerKwh, h.IntensityQuality)));
        Assert.Equal(status.Energy!.EnergyMilliwattHours, status.EnergyHours!.Sum(static h => h.EnergyMilliwattHours));
        Assert.Equal(status.Energy.EmissionsMilligrams, status.EnergyHours!.Sum(static h => h.EmissionsMilligrams));
    }

    [Fact]
    public void What_was_recorded_stays_when_other_intensities_are_known_afterwards()
    {
        var run = Run(Ended);
        var status = Close(run, Grid(Hour(0, 100), Hour(1, 300)));
        Assert.Equal(TrainingRunPhase.Failed, status.Phase);
        var again = TrainingRunPlanner.Decide(Run(null, status), new TrainingRunObserved { Options = Runs.Options, Grid = Grid(Hour(0, 900), Hour(1, 900)) }, Runs.Start.AddHours(5));
        Assert.Null(again.Status);
    }

    [Fact]
    public void Without_sources_the_yearly_table_is_booked_and_said()
    {
        var energy = Close(Run(Ended), null).Energy!;
        Assert.Equal("Yearly", energy.IntensityQuality);
        Assert.StartsWith("DEU ", energy.IntensitySource, StringComparison.Ordinal);
        Assert.True(energy.EmissionsMilligrams > 0);
    }

    [Fact]
    public void What_sensors_say_is_booked_over_time()
    {
        // 1 kW in the dirty hour and nothing before.
        var reading = EnergyFromPowerSamples.Integrate(
            [new(Runs.Start, 0), new(Runs.Start.AddHours(1).AddTicks(-1), 0), new(Runs.Start.AddHours(1), 1_000), new(Runs.Start.AddHours(2), 1_000)],
            Runs.Start, Runs.Start.AddHours(2), new MeteringOptions(TimeSpan.FromHours(1)));
        var power = new PowerEvidence { Gpus = [reading], GpuMethod = MeasurementMethod.MeasuredPower, GpuSource = "the sensors", Cpu = [reading.Scaled(0)], CpuIncludesMemory = true, CpuSource = "the sensors" };
        var energy = Close(Run(Ended), Grid(Hour(0, 100), Hour(1, 300)), power).Energy!;
        Assert.Equal(("MeasuredPower", 1_000_000, 300_000), (energy.Method, energy.EnergyMilliwattHours, energy.IntensityMilligramsPerKwh));
        Assert.Equal(360_000, energy.EmissionsMilligrams);
    }

    [Fact]
    public void An_estimate_uses_the_forecast_and_is_less_sure_than_one_by_the_table()
    {
        var grid = Grid(Hour(0, 100, IntensityQuality.Forecast));
        var planned = TrainingRunEstimates.Estimate(Runs.Spec, Runs.Options, grid, Runs.Start, out _)!;
        var table = TrainingRunEstimates.Estimate(Runs.Spec, Runs.Options, out _)!;
        Assert.Equal(100_000, planned.IntensityMilligramsPerKwh);
        Assert.Contains("the grid: 100 % forecast", planned.Basis, StringComparison.Ordinal);
        Assert.Equal(table.EnergyMilliwattHoursP95, planned.EnergyMilliwattHoursP95);
        Assert.True((double)planned.EmissionsMilligramsP95 / planned.EmissionsMilligramsP50 > (double)table.EmissionsMilligramsP95 / table.EmissionsMilligramsP50);
    }

    [Fact]
    public void Sensors_are_asked_once_nothing_of_the_attempt_runs_any_more()
    {
        var running = Run(Ended with { EndedAt = null, Reason = null });
        V1Pod Pod(string phase, string name = "diamonds-v1-1-0", string uid = "p1") => new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = "team-a",
                Uid = uid,
                OwnerReferences = [new V1OwnerReference { ApiVersion = "modeloperator.io/v1alpha1", Kind = "TrainingRun", Name = "diamonds-v1", Uid = running.Metadata.Uid!, Controller = true }],
            },
            Status = new V1PodStatus { Phase = phase },
        };
        Assert.Empty(TrainingRunPower.Questions(running, [Pod("Running")], Runs.Start.AddHours(1)));
        Assert.Empty(TrainingRunPower.Questions(Run(null), [], Runs.Start.AddHours(1)));
        Assert.Empty(TrainingRunPower.Questions(Run(Ended with { StartedAt = null }), [], Runs.Start.AddHours(1)));
        Assert.Equal(
            [new PowerQuestion { Namespace = "team-a", Pod = "diamonds-v1-1-0", Start = Runs.Start, End = Runs.Start.AddHours(1), Gpus = 1, Container = "trainer" }],
            TrainingRunPower.Questions(running, [Pod("Succeeded")], Runs.Start.AddHours(1)));
        Assert.Equal(Runs.Start.AddHours(2), TrainingRunPower.Questions(Run(Ended), [], Runs.Start.AddHours(3)).Single().End);
        var two = running with { Spec = Runs.Spec with { Nodes = 2 } };
        Assert.Empty(TrainingRunPower.Questions(two, [Pod("Succeeded"), Pod("Running", "diamonds-v1-1-1", "p2")], Runs.Start.AddHours(1)));
        Assert.Equal(2, TrainingRunPower.Questions(two, [Pod("Succeeded"), Pod("Failed", "diamonds-v1-1-1", "p2")], Runs.Start.AddHours(1)).Count);
    }

    [Fact]
    public void Several_nodes_are_measured_together_or_not_at_all()
    {
        EnergyReading Reading(double watts) => EnergyFromPowerSamples.Integrate(
            [new(Runs.Start, watts), new(Runs.Start.AddHours(2), watts)], Runs.Start, Runs.Start.AddHours(2), new MeteringOptions(TimeSpan.FromHours(1)));
        var first = new PowerEvidence { Gpus = [Reading(500)], GpuMethod = MeasurementMethod.MeasuredCounter, GpuSource = "the sensors" };
        var second = new PowerEvidence { Gpus = [Reading(250)], GpuMethod = MeasurementMethod.MeasuredPower, GpuSource = "the sensors" };
        V1TrainingRun Two() => Run(Ended with { PodUids = ["p1", "p2"] }) with { Spec = Runs.Spec with { Nodes = 2, Resources = new TrainingResources { Limits = new Dictionary<string, string> { ["cpu"] = "2", ["nvidia.com/gpu"] = "1" } } } };
        var energy = Close(Two(), null, PowerEvidence.Of([first, second])).Energy!;
        // 750 W for two hours, and two hosts of two cores at 4 W.
        Assert.Equal(("MeasuredPower", 1_532_000), (energy.Method, energy.EnergyMilliwattHours));
        var half = Close(Two(), null, PowerEvidence.Of([first, new PowerEvidence { GpuProblem = "no series" }])).Energy!;
        Assert.Equal("ModelledGPU", half.Method);
        Assert.Contains("Not measured: no series", half.Basis, StringComparison.Ordinal);
    }

    private static V1TrainingRun Run(TrainingAttempt? attempt, TrainingRunStatus? status = null) => Runs.Run(null, status ?? new TrainingRunStatus
    {
        ObservedGeneration = 1,
        Phase = TrainingRunPhase.Running,
        StartTime = Runs.Start,
        Attempts = new TrainingAttemptCounts { Execution = attempt?.Number ?? 0 },
        CurrentAttempt = attempt,
    });

    private static TrainingRunStatus Close(V1TrainingRun run, ZoneIntensity<AverageSignal>? grid, PowerEvidence? power = null) =>
        TrainingRunPlanner.Decide(run, new TrainingRunObserved { Options = Runs.Options, Grid = grid, Power = power }, run.Status!.CurrentAttempt!.EndedAt!.Value).Status!;

    private static GridSlot Hour(int hour, decimal grams, IntensityQuality quality = IntensityQuality.Measured) =>
        new(Runs.Start.AddHours(hour), Runs.Start.AddHours(hour + 1), CarbonIntensity.FromGramsPerKilowattHour(grams), quality, "the grid");

    private static ZoneIntensity<AverageSignal> Grid(params GridSlot[] slots) =>
        YearlyIntensity.Of("DEU", GridTimeline<AverageSignal>.Empty.Merge(slots, Runs.Start.AddDays(-8)));
}
