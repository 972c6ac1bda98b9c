using ModelOperator.Carbon.Accounts;
using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Time, energy and cost by phase, and use beside requests, as the planner books them.</summary>
public sealed class TrainingRunAccountsTests
{
    private static readonly PriceSheet Prices = PriceSheet.Parse("item,product,region,hours,price\ncurrency,,,,EUR\ngpuHour,,,,2\nkWh,,DEU,,0.3\n");
    private static readonly DateTimeOffset Trained = Runs.Start.AddHours(2);

    [Fact]
    public void A_run_that_publishes_has_three_phases_and_the_GPU_costs_in_each()
    {
        var status = Decide(Run(Attempt(1)), Published(), Prices);
        Assert.Equal(TrainingRunPhase.Registering, status.Phase);
        // Fetched for six minutes, trained for two hours, published for three minutes, with one GPU at 2 EUR an hour.
        Assert.Equal(
            [("Data", 360L, 360L, null, 200_000L), ("Evaluation", 180, 180, null, 100_000), ("Training", 7_200, 7_200, status.Energy!.EnergyMilliwattHours, 4_000_000 + Energy(status))],
            status.Accounts!.Phases!.Select(static p => (p.Phase, p.Seconds, p.GpuSeconds, p.EnergyMilliwattHours, p.CostMicros!.Value)));
        Assert.Equal(("EUR", 4_300_000 + Energy(status)), (status.Accounts.Currency, status.Accounts.CostMicros));
    }

    [Fact]
    public void Attempts_add_up_and_what_failed_is_lost()
    {
        var first = Decide(Run(Attempt(1) with { EndedAt = Runs.Start.AddHours(1), Reason = TrainingRunReasons.PodDeleted, EndKind = AttemptEndKind.Disruption, Message = "gone" }), null, Prices);
        // Its Pod is gone: it may have burnt its grace and the silence of its node besides.
        Assert.Equal((3_690L, 3_690L), (first.Usage!.Seconds, first.Usage.LostSeconds));
        var second = Run(Attempt(2), first with { CurrentAttempt = Attempt(2) });
        var status = Decide(second, Published("diamonds-v1-2-0"), Prices);
        Assert.Equal((10_890L, 3_690L), (status.Usage!.Seconds, status.Usage.LostSeconds));
        Assert.Equal(10_890, status.Accounts!.Phases!.Single(static p => p.Phase == "Training").Seconds);
        Assert.Contains("Time: 1.0 of 3.0 hours were lost with attempts that failed or were disrupted. Save checkpoints more often.", status.Usage.Advice!);
    }

    [Fact]
    public void Work_before_a_checkpoint_is_not_lost_unless_the_run_fails()
    {
        var attempt = Attempt(1) with { EndedAt = Trained, Reason = TrainingRunReasons.PodDeleted, EndKind = AttemptEndKind.Disruption, Message = "gone" };
        var saved = new TrainingCheckpointStatus { Uri = "pvc://claim/x", Time = Trained.AddMinutes(-5) };
        var run = Run(attempt);
        run.Status = run.Status! with { Checkpoint = saved };
        Assert.Equal(390, Decide(run, null, Prices).Usage!.LostSeconds);
        var failed = Run(attempt with { EndKind = AttemptEndKind.Permanent });
        failed.Status = failed.Status! with { Checkpoint = saved };
        var status = Decide(failed, null, Prices);
        Assert.Equal((TrainingRunPhase.Failed, 7_290L), (status.Phase, status.Usage!.LostSeconds));
    }

    [Fact]
    public void Without_prices_there_is_time_and_energy_but_no_cost()
    {
        var status = Decide(Run(Attempt(1)), Published(), null);
        Assert.Null(status.Accounts!.CostMicros);
        Assert.Null(status.Accounts.Currency);
        Assert.All(status.Accounts.Phases!, static p => Assert.Null(p.CostMicros));
        Assert.Equal(status.Energy!.EmissionsMilligrams, status.Accounts.Phases!.Sum(static p => p.EmissionsMilligrams));
    }

    [Fact]
    public void Another_currency_between_attempts_leaves_no_sum()
    {
        var first = Decide(Run(Attempt(1) with { EndedAt = Trained, Reason = TrainingRunReasons.PodDeleted, EndKind = AttemptEndKind.Disruption, Message = "gone" }), null, Prices);
        var dollars = PriceSheet.Parse("item,product,region,hours,price\ncurrency,,,,USD\ngpuHour,,,,2\nkWh,,,,0.3\n");
        Assert.Null(Decide(Run(Attempt(2), first with { CurrentAttempt = Attempt(2) }), Published("diamonds-v1-2-0"), dollars).Accounts!.CostMicros);
    }

    [Fact]
    public void What_was_asked_for_stands_beside_what_was_used()
    {
        // The toy trainer says device cpu, 150 CPU seconds in 100 s; the run asks for 2 cores, 2 GiB and a GPU.
        var usage = Decide(Run(Attempt(1)), Published(), null).Usage!;
        Assert.Equal((2_000L, 1_500L, 2L << 30, 1, 0, 7_200L), (usage.CpuMillicoresRequested, usage.CpuMillicoresUsed, usage.MemoryBytesRequested, usage.Gpus, usage.GpuUtilisationPercent, usage.GpuIdleSeconds));
        Assert.Equal(["GPU: 0 % used of 1. Ask for none, or see why the trainer does not use it."], usage.Advice);
    }

    [Fact]
    public void The_utilisation_that_sensors_saw_counts_and_what_nobody_saw_is_not_known()
    {
        var attempt = Attempt(1) with { EndedAt = Trained, Reason = TrainingRunReasons.StoppedByUser, Message = "Stopped." };
        var seen = Decide(Run(attempt), null, null, new PowerEvidence { GpuUtilisationPercent = 40 }).Usage!;
        Assert.Equal((40, 4_374L), (seen.GpuUtilisationPercent, seen.GpuIdleSeconds));
        var unseen = Decide(Run(attempt), null, null).Usage!;
        Assert.Null(unseen.GpuUtilisationPercent);
        Assert.Null(unseen.GpuIdleSeconds);
    }

    [Fact]
    public void What_the_kubelet_counted_stands_in_where_the_trainer_said_nothing_and_adds_disk_and_network()
    {
        var attempt = Attempt(1) with { EndedAt = Trained, Reason = TrainingRunReasons.StoppedByUser, Message = "Stopped." };
        var counted = new PowerEvidence { Usage = new() { CpuSeconds = 729, MemoryBytesPeak = 256L << 20, DiskBytesWritten = 5_000, NetworkBytesReceived = 7_000 } };
        var status = Decide(Run(attempt), null, null, counted);
        // The attempt counts as 7,290 s: 729 CPU seconds are a tenth of a core of 2 that were asked for.
        Assert.Equal((100L, 256L << 20), (status.Usage!.CpuMillicoresUsed, status.Usage.MemoryBytesPeak));
        Assert.Equal((null, (long?)5_000, (long?)7_000, null), (status.Usage.DiskBytesRead, status.Usage.DiskBytesWritten, status.Usage.NetworkBytesReceived, status.Usage.NetworkBytesSent));
        Assert.Equal(["CPU: 100m used of 2000m. Ask for less, such as 200m.", "Memory: 256Mi used of 2048Mi. Ask for less, such as 320Mi."], status.Usage.Advice!.Take(2));
        // A second attempt that tells nothing makes nothing known and nothing less.
        var again = Decide(Run(attempt with { Number = 2, PodName = "diamonds-v1-2-0" }, status with { CurrentAttempt = attempt with { Number = 2, PodName = "diamonds-v1-2-0" }, Phase = TrainingRunPhase.Running }), null, null);
        Assert.Equal((100L, (long?)5_000, null), (again.Usage!.CpuMillicoresUsed, again.Usage.DiskBytesWritten, again.Usage.DiskBytesRead));
        // What the trainer says of itself goes before.
        Assert.Equal(1_500, Decide(Run(Attempt(1)), Published(), null, counted).Usage!.CpuMillicoresUsed);
    }

    /// <summary>The cost of the energy at 0.30 EUR per kWh with PUE 1.2.</summary>
    private static long Energy(TrainingRunStatus status) => (long)Math.Round(status.Energy!.EnergyMilliwattHours * 0.36, MidpointRounding.AwayFromZero);

    private static TrainingAttempt Attempt(int number) => new() { Number = number, PodName = $"diamonds-v1-{number}-0", PodUid = "p1", StartedAt = Runs.Start };

    private static V1TrainingRun Run(TrainingAttempt attempt, TrainingRunStatus? status = null) => Runs.Run(null, status ?? new TrainingRunStatus
    {
        ObservedGeneration = 1,
        Phase = TrainingRunPhase.Running,
        StartTime = Runs.Start,
        Attempts = new TrainingAttemptCounts { Execution = attempt.Number },
        CurrentAttempt = attempt,
        Resolved = new() { Zone = "DEU", PueMilli = 1200 },
    });

    private static V1Pod Published(string name = "diamonds-v1-1-0") => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            NamespaceProperty = "team-a",
            Uid = "p1",
            OwnerReferences = [new V1OwnerReference { ApiVersion = "modeloperator.io/v1alpha1", Kind = "TrainingRun", Name = "diamonds-v1", Uid = Runs.Run().Metadata.Uid!, Controller = true }],
        },
        Status = new V1PodStatus
        {
            Phase = "Succeeded",
            InitContainerStatuses = [ToyKubelet.Ended("fetch", 0, "Completed", Runs.Start.AddMinutes(-6), Runs.Start), ToyKubelet.Ended("trainer", 0, "Completed", Runs.Start, Trained)],
            ContainerStatuses = [ToyKubelet.Ended("publish", 0, "Completed", Trained, Trained.AddMinutes(3), ToyKubelet.Report())],
        },
    };

    private static TrainingRunStatus Decide(V1TrainingRun run, V1Pod? pod, PriceSheet? prices, PowerEvidence? power = null) => TrainingRunPlanner.Decide(
        run, new TrainingRunObserved { Options = Runs.Options with { Prices = prices }, Pods = pod is null ? [] : [pod], Power = power }, Trained.AddMinutes(4)).Status!;
}
