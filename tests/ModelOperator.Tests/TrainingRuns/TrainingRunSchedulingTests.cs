using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunSchedulingTests
{
    private static readonly TrainingRunSpec Gang = Runs.Spec with
    {
        Nodes = 3,
        Framework = TrainingFramework.Torch,
        FailurePolicy = new TrainingFailurePolicy { BackoffBaseSeconds = 60, BackoffMaxSeconds = 3600 },
    };

    private static readonly TrainingRunSpec Queued = Gang with { Scheduling = new TrainingScheduling { QueueName = "team-a" } };

    [Fact]
    public void A_gang_that_does_not_fit_gives_its_nodes_back_and_tries_again_later_and_later()
    {
        var world = new ToyWorld(n => n is 3 or 5 or 7 ? PodFate.NeverScheduled : n <= 9 ? PodFate.RunForever : PodFate.Succeed, Gang).Settle(1000);
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        var counts = world.Status.Attempts!;
        Assert.Equal((4, 0, 0), (counts.Execution, counts.Failures, counts.Disruptions));
        var history = world.Status.History!;
        Assert.All(history.Take(3), a => Assert.Equal(TrainingRunReasons.GangTimeout, a.Reason));
        Assert.Contains("2 of 3 Pods found a node within scheduling.gang.timeoutSeconds, 600 s", history[0].Message, StringComparison.Ordinal);
        Assert.Contains("Insufficient nvidia.com/gpu", history[0].Message, StringComparison.Ordinal);
        var waits = history.Zip(history.Skip(1), (a, b) => (b.DecidedAt - a.EndedAt)!.Value.TotalSeconds).ToList();
        Assert.InRange(waits[0], 60, 100);
        Assert.InRange(waits[1], 120, 190);
        Assert.InRange(waits[2], 240, 370);
        Assert.False(world.Overlap);
    }

    [Fact]
    public void Two_gangs_that_block_each_other_do_not_wait_equally_long()
    {
        var waits = new HashSet<double>();
        foreach (var uid in (string[])["a", "b", "c", "d"])
        {
            var world = new ToyWorld(n => n == 3 ? PodFate.NeverScheduled : n < 3 ? PodFate.RunForever : PodFate.Succeed, Gang with { FailurePolicy = new TrainingFailurePolicy { BackoffBaseSeconds = 3600, BackoffMaxSeconds = 36000 } });
            world.Run!.Metadata.Uid = uid;
            world.Settle(1000);
            waits.Add((world.Status.History![1].DecidedAt - world.Status.History[0].EndedAt)!.Value.TotalSeconds);
        }

        Assert.True(waits.Count >= 3, string.Join(", ", waits));
    }

    [Fact]
    public void One_node_has_no_gang_timeout_unless_it_asks_for_one()
    {
        var patient = new ToyWorld(_ => PodFate.NeverScheduled, Runs.Spec with { Deadlines = new TrainingDeadlines { StartSeconds = 3600 } }).Settle(60);
        Assert.Equal(1, patient.Status.Attempts!.Execution);
        var asked = new ToyWorld(n => n == 1 ? PodFate.NeverScheduled : PodFate.Succeed, Runs.Spec with { Scheduling = new TrainingScheduling { Gang = new TrainingGang { TimeoutSeconds = 30 } } }).Settle(200);
        Assert.Equal(TrainingRunReasons.GangTimeout, asked.Status.History![0].Reason);
        Assert.Equal(TrainingRunPhase.Succeeded, asked.Status.Phase);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_gated_run_is_queued_and_no_deadline_runs_until_the_queue_lets_it_go(int nodes)
    {
        var world = new ToyWorld(_ => PodFate.Succeed, Queued with { Nodes = nodes, Deadlines = new TrainingDeadlines { StartSeconds = 60 } }).Settle(10);
        Assert.Equal((TrainingRunPhase.Queued, TrainingRunReasons.WaitingForQueue), (world.Status.Phase, world.Status.Reason));
        Assert.Contains("pod integration", world.Status.Message, StringComparison.Ordinal);
        world.Advance(TimeSpan.FromHours(10));
        world.Settle(10);
        Assert.Equal(TrainingRunPhase.Queued, world.Status.Phase);
        Assert.Null(world.Status.CurrentAttempt!.AdmittedAt);
        world.Admit();
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal(1, world.Status.Attempts!.Execution);
    }

    [Fact]
    public void After_its_admission_a_queued_run_has_its_start_deadline_again()
    {
        var world = new ToyWorld(_ => PodFate.NeverScheduled, Queued with { Deadlines = new TrainingDeadlines { StartSeconds = 60 } }).Settle(10);
        world.Admit();
        world.Settle(60);
        Assert.Equal(TrainingRunReasons.StartDeadlineExceeded, world.Status.Reason);
    }

    [Fact]
    public void A_queue_on_a_server_without_scheduling_gates_is_refused_with_what_to_do()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, Queued) { SchedulingGates = false };
        world.Settle(5);
        Assert.Equal(TrainingRunReasons.QueueingUnsupported, world.Status.Reason);
        Assert.True(Conditions.IsTrue(world.Status.Conditions, TrainingRunConditions.Stalled));
        Assert.Contains("spec.scheduling.queueName: 'team-a'", world.Status.Message, StringComparison.Ordinal);
        Assert.Equal(0, world.PodsCreated);
    }

    [Theory]
    [InlineData("1", "20", false)]
    [InlineData("1", "26", false)]
    [InlineData("1", "27", true)]
    [InlineData("1", "33+", true)]
    [InlineData("2", "0", true)]
    [InlineData("", "", false)]
    public void Scheduling_gates_came_with_1_27(string major, string minor, bool known) =>
        Assert.Equal(known, ServerCapabilities.KnowsGates(new VersionInfo { Major = major, Minor = minor }));

    [Theory]
    [InlineData(3, "place 3 in line")]
    [InlineData(10, "place 10 in line")]
    [InlineData(11, "place about 20 in line")]
    [InlineData(731, "place about 800 in line")]
    public void A_run_in_line_says_its_place_roughly_far_from_the_front(int place, string text)
    {
        var world = new ToyWorld(_ => PodFate.Succeed) { Turn = new TrainingRunTurn(false, place, 2, "2") };
        world.Settle(3);
        Assert.Equal((TrainingRunPhase.Queued, TrainingRunReasons.WaitingInLine), (world.Status.Phase, world.Status.Reason));
        Assert.Contains("2 runs of namespace team-a may train at once", world.Status.Message, StringComparison.Ordinal);
        Assert.Contains(text, world.Status.Message, StringComparison.Ordinal);
        Assert.Equal(0, world.PodsCreated);
        world.Turn = null;
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
    }

    [Fact]
    public void A_limit_that_is_no_number_holds_its_runs_and_says_so()
    {
        var world = new ToyWorld(_ => PodFate.Succeed) { Turn = new TrainingRunTurn(false, 1, null, "four") };
        world.Settle(3);
        Assert.Equal(TrainingRunReasons.NamespaceLimitInvalid, world.Status.Reason);
        Assert.Contains("'four'", world.Status.Message, StringComparison.Ordinal);
    }
}
