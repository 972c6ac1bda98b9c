using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunNodesTests
{
    private const int Nodes = 3;

    private static readonly TrainingRunSpec Spec = Runs.Spec with
    {
        Nodes = Nodes,
        Framework = TrainingFramework.Torch,
        FailurePolicy = new TrainingFailurePolicy { BackoffBaseSeconds = 5, BackoffMaxSeconds = 20 },
        Deadlines = new TrainingDeadlines { StartSeconds = 3600 },
    };

    private static readonly PodFate[] Disruptions = [PodFate.DeletedByUser, PodFate.Evicted, PodFate.Vanish, PodFate.NodeLost, PodFate.StoreDownInFetch];

    [Fact]
    public void Three_nodes_train_once_rank_0_publishes_and_one_version_comes_of_it()
    {
        var world = World(_ => PodFate.Succeed).Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal(["diamonds-v1-1-0", "diamonds-v1-1-1", "diamonds-v1-1-2"], world.Pods.Select(p => p.Metadata.Name));
        Assert.Single(world.Versions);
        Assert.Equal(1, world.Status.Attempts!.Execution);
        Assert.Null(Assert.Single(world.Status.History!).PodUids);
    }

    [Fact]
    public void The_headless_Service_is_wanted_before_the_first_rank_and_publishes_names_that_are_not_ready()
    {
        var world = World(_ => PodFate.Succeed);
        world.Reconcile(most: 1);
        var intents = world.Decide().Intents;
        var service = intents.Select((intent, place) => (intent, place)).Single(i => i.intent is EnsureIntent<V1Service>);
        Assert.True(service.place < intents.Select((intent, place) => (intent, place)).First(i => i.intent is EnsureIntent<V1Pod>).place);
        var spec = ((EnsureIntent<V1Service>)service.intent).Desired.Spec!;
        Assert.Equal("None", spec.ClusterIP);
        Assert.True(spec.PublishNotReadyAddresses);
        Assert.All(intents.OfType<EnsureIntent<V1Pod>>(), p =>
        {
            Assert.Equal(p.Desired.Metadata.Name, p.Desired.Spec!.Hostname);
            Assert.Equal(((EnsureIntent<V1Service>)service.intent).Desired.Metadata.Name, p.Desired.Spec.Subdomain);
            Assert.All(spec.Selector!, s => Assert.Equal(s.Value, p.Desired.Metadata.Labels![s.Key]));
        });
    }

    public static TheoryData<string, int> DisruptedRanks
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var fate in Disruptions)
            {
                for (var rank = 0; rank < Nodes; rank++)
                    data.Add(fate.ToString(), rank);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(DisruptedRanks))]
    public void Whatever_takes_one_rank_away_is_one_disruption_and_one_new_attempt_of_all_ranks(string fate, int rank)
    {
        var world = World(n => n == rank + 1 ? Enum.Parse<PodFate>(fate) : n <= Nodes ? PodFate.RunForever : PodFate.Succeed).Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal(1, world.Status.Attempts!.Disruptions);
        Assert.Equal(0, world.Status.Attempts.Failures);
        Assert.Equal(2, world.Status.Attempts.Execution);
        Assert.Equal(2 * Nodes, world.PodsCreated);
        Assert.False(world.Overlap);
        Assert.Contains($"{rank}", world.Status.History![0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(PodFate.TrainerExits1), TrainingRunReasons.NonRetryableExitCode)]
    [InlineData(nameof(PodFate.OutOfMemory), TrainingRunReasons.OOMKilled)]
    [InlineData(nameof(PodFate.DigestMismatch), TrainingRunReasons.DatasetDigestMismatch)]
    public void A_rank_that_fails_for_good_fails_the_run_after_all_its_Pods_have_stopped(string fate, string reason)
    {
        var world = World(n => n == 3 ? Enum.Parse<PodFate>(fate) : PodFate.RunForever);
        for (var round = 0; round < 60 && world.Run!.Status?.Phase != TrainingRunPhase.Failed; round++)
            world.Settle(1);
        Assert.Equal(reason, world.Status.Reason);
        Assert.Contains("Rank 2", world.Status.Message, StringComparison.Ordinal);
        Assert.All(world.Pods, p => Assert.Contains(p.Status!.Phase, new[] { "Succeeded", "Failed" }));
        Assert.Equal(1, world.Status.Attempts!.Execution);
    }

    [Fact]
    public void A_published_model_is_worth_nothing_when_another_rank_fails()
    {
        var world = World(n => n == 2 ? PodFate.TrainerExits1 : PodFate.Succeed).Settle();
        Assert.Equal(TrainingRunReasons.NonRetryableExitCode, world.Status.Reason);
        Assert.Empty(world.Versions);
        Assert.Null(world.Status.Artifact);
    }

    [Fact]
    public void A_signal_on_one_rank_is_the_cause_and_the_broken_connections_of_its_peers_are_not()
    {
        var world = World(n => n == 2 ? PodFate.TrainerExits139 : n <= Nodes ? PodFate.TrainerExits1 : PodFate.Succeed).Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal(1, world.Status.Attempts!.Failures);
        Assert.Equal(139, world.Status.History![0].ExitCode);
    }

    [Fact]
    public void A_rank_that_fails_for_want_of_a_peer_whose_node_does_not_answer_is_a_disruption()
    {
        var world = World(n => n == 1 ? PodFate.TrainerExits1 : n <= Nodes ? PodFate.RunForever : PodFate.Succeed);
        world.LostNodes.Add("node-2");
        for (var round = 0; round < 10; round++)
            world.Settle(1);
        world.LostNodes.Clear();
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal((0, 1), (world.Status.Attempts!.Failures, world.Status.Attempts.Disruptions));
        Assert.Equal(TrainingRunReasons.NodeLost, world.Status.History![0].Reason);
        Assert.Contains("node-2", world.Status.History[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_waits_a_moment_for_the_eviction_that_caused_it()
    {
        var group = Group(Failed(0, 1, Runs.Start), Running(1));
        Assert.Null(Judge(group, Runs.Start + TimeSpan.FromSeconds(9)));
        Assert.Equal(AttemptEndKind.Permanent, Judge(group, Runs.Start + TimeSpan.FromSeconds(10))!.Kind);
        var evicted = Group(Failed(0, 1, Runs.Start), Running(1) with { Reading = new TrainingPodReading { Quiet = true, Disruption = (TrainingRunReasons.Evicted, "low on memory") } });
        var end = Judge(evicted, Runs.Start + TimeSpan.FromSeconds(5))!;
        Assert.Equal((AttemptEndKind.Disruption, TrainingRunReasons.Evicted), (end.Kind, end.Reason));
        // Nobody is left who could say otherwise.
        Assert.Equal(AttemptEndKind.Permanent, Judge(Group(Failed(0, 1, Runs.Start), Failed(1, 1, Runs.Start)), Runs.Start)!.Kind);
    }

    [Fact]
    public void Energy_and_estimate_are_those_of_all_nodes()
    {
        var single = new ToyWorld(_ => PodFate.Succeed, Spec with { Nodes = 1 }).Settle();
        var three = World(_ => PodFate.Succeed).Settle();
        Assert.Equal(3 * single.Status.Energy!.EnergyMilliwattHours, three.Status.Energy!.EnergyMilliwattHours);
        Assert.Equal(3 * single.Status.Energy.EmissionsMilligrams, three.Status.Energy.EmissionsMilligrams);
        Assert.InRange((double)three.Status.Estimate!.EnergyMilliwattHoursP95 / single.Status.Estimate!.EnergyMilliwattHoursP95, 2.99, 3.01);
        Assert.Contains("3 nodes", three.Status.Energy.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_Pods_are_made_and_removed_in_portions()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, Spec with { Nodes = 100 });
        world.Reconcile();
        List<int> created = [];
        while (world.PodsCreated < 100)
        {
            var before = world.PodsCreated;
            world.Reconcile();
            created.Add(world.PodsCreated - before);
        }

        Assert.All(created, c => Assert.InRange(c, 1, TrainingRunPlanner.PodsPerPass));
        world.Reconcile();
        Assert.Equal(world.Pods.Select(p => p.Metadata.Uid!), world.Status.CurrentAttempt!.PodUids!);
        world.Command("stop 1");
        world.Reconcile();
        var removals = world.Decide().Intents.OfType<RemoveIntent<V1Pod>>().Count();
        Assert.InRange(removals, 1, TrainingRunPlanner.PodsPerPass);
        world.Settle(30);
        Assert.Equal(TrainingRunReasons.StoppedByUser, world.Status.Reason);
    }

    [Fact]
    public void Stopped_Pods_of_the_last_ended_attempt_stay_for_their_logs_and_older_ones_go()
    {
        var world = World(n => n <= 2 * Nodes ? PodFate.TrainerExits137 : PodFate.Succeed).Settle();
        Assert.Equal(3, world.Status.Attempts!.Execution);
        Assert.DoesNotContain(world.Pods, p => p.Metadata.Name.StartsWith("diamonds-v1-1-", StringComparison.Ordinal));
        Assert.Contains(world.Pods, p => p.Metadata.Name == "diamonds-v1-3-0");
    }

    /// <summary>Fates that end by themselves and leave a trace.</summary>
    private static readonly PodFate[] Ending =
    [
        PodFate.Succeed, PodFate.TrainerExits1, PodFate.TrainerExits137, PodFate.TrainerExits139, PodFate.OutOfMemory, PodFate.Yield, PodFate.DigestMismatch,
        PodFate.StoreDownInFetch, PodFate.StoreDownInPublish, PodFate.NoMetrics, PodFate.DeletedByUser, PodFate.Evicted, PodFate.NodeLost,
    ];

    private static Arbitrary<PodFate[]> Fates => Gen.ArrayOf(Gen.Elements(Ending), 2 * Nodes).ToArbitrary();

    [Fact]
    public void Cutting_the_operator_anywhere_never_mixes_generations_and_always_ends_settled() =>
        Prop.ForAll(Fates, Gen.ArrayOf(Gen.Choose(0, 7), 12).ToArbitrary(), (fates, cuts) =>
        {
            var world = new ToyWorld(n => n <= fates.Length ? fates[n - 1] : PodFate.Succeed, Spec, Runs.Budget("5000")).Settle(400, round => round < 12 ? cuts[round] : int.MaxValue);
            var counts = world.Status.Attempts!;
            var over = world.Status.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed;
            return over && !world.Overlap
                && world.PodsCreated <= counts.Execution * Nodes
                && (world.Budgets[0].Status!.Holds ?? []).Count == 0
                && world.Budgets[0].Status!.SettledMilligrams == (world.Status.Energy?.EmissionsMilligrams ?? 0)
                && world.Versions.Count == (world.Status.Phase == TrainingRunPhase.Succeeded ? 1 : 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Deciding_again_on_the_result_wants_nothing_new() =>
        Prop.ForAll(Fates, fates =>
        {
            var world = World(n => n <= fates.Length ? fates[n - 1] : PodFate.Succeed).Settle(400);
            var again = world.Decide();
            // The time to keep the children may still have to end.
            return again.Status is null && again.Intents.IsEmpty && (again.RequeueAfter is null || again.RequeueAfter > TimeSpan.FromHours(12));
        }).QuickCheckThrowOnFailure();

    private static ToyWorld World(Func<int, PodFate> fateOf) => new(fateOf, Spec);

    private static TrainingPodGroup Group(params TrainingRank[] ranks) => new(ranks);

    private static AttemptEnd? Judge(TrainingPodGroup group, DateTimeOffset now) =>
        TrainingGroupJudge.Judge(group, new TrainingFailurePolicy(), new HashSet<string>(), now);

    private static TrainingRank Running(int rank) => new(rank, $"p-{rank}", $"u-{rank}", new V1Pod(), new TrainingPodReading { TrainerStarted = Runs.Start });

    private static TrainingRank Failed(int rank, int code, DateTimeOffset at) => new(rank, $"p-{rank}", $"u-{rank}", new V1Pod(), new TrainingPodReading
    {
        Quiet = true,
        TrainerStarted = Runs.Start,
        TrainerEnded = new V1ContainerStateTerminated { ExitCode = code, FinishedAt = at },
    });
}
