using System.Text.Json;
using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>The sidecar that reads the metrics file: which Pods have it, and that nobody takes it for the trainer.</summary>
public sealed class TrainingSidecarTests
{
    private static readonly Hosting.OperatorOptions Options = Runs.Options with { StatusUrl = "https://status" };

    [Fact]
    public void On_a_server_with_sidecars_one_runs_between_fetch_and_trainer_and_Pods_of_others_are_as_they_were()
    {
        var run = Runs.Run();
        var body = JsonSerializer.SerializeToNode(TrainingRunPods.Build(run, 2, Options, sidecars: true), KubernetesJson.Default.V1Pod)!;
        Golden.Check("pod-single-sidecar", body);
        var older = TrainingRunPods.Build(run, 2, Options);
        body["spec"]!["initContainers"]!.AsArray().RemoveAt(1);
        Assert.Equal(JsonSerializer.SerializeToNode(older, KubernetesJson.Default.V1Pod)!.ToJsonString(), body.ToJsonString());
    }

    [Theory]
    [InlineData(0, true, true, "fetch progress trainer")]
    [InlineData(0, true, false, "fetch trainer")]
    [InlineData(0, false, true, "fetch trainer")]
    [InlineData(1, true, true, "fetch")]
    public void Rank_0_alone_has_it_and_only_where_an_endpoint_takes_reports(int rank, bool sidecars, bool endpoint, string expected)
    {
        var spec = TrainingRunPods.Build(Runs.Run(Runs.Spec with { Nodes = 2 }), 1, endpoint ? Options : Runs.Options, rank, sidecars).Spec!;
        Assert.Equal(expected, string.Join(' ', spec.InitContainers!.Select(static c => c.Name)));
    }

    [Theory]
    [InlineData("1", "20", false)]
    [InlineData("1", "29", false)]
    [InlineData("1", "32+", false)]
    [InlineData("1", "33", true)]
    [InlineData("1", "35+", true)]
    [InlineData("2", "0", true)]
    [InlineData("", "", false)]
    public void Sidecars_are_beyond_doubt_from_1_33_on(string major, string minor, bool known) =>
        Assert.Equal(known, ServerCapabilities.KnowsSidecars(new VersionInfo { Major = major, Minor = minor }));

    public static TheoryData<string, int> Fates
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var fate in Enum.GetNames<PodFate>())
            {
                data.Add(fate, 1);
                data.Add(fate, 2);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Fates))]
    public void A_sidecar_changes_nothing_about_what_becomes_of_a_run(string fate, int nodes)
    {
        var (without, with) = (Play(fate, nodes, sidecars: false), Play(fate, nodes, sidecars: true));
        Assert.Equal(Text(without), Text(with));
        Assert.Equal(without.PodsCreated, with.PodsCreated);
        Assert.Equal(without.Budgets[0].Status!.SettledMilligrams, with.Budgets[0].Status!.SettledMilligrams);
        Assert.False(with.Overlap);
    }

    [Theory]
    [InlineData("CrashLoopBackOff")]
    [InlineData("RunContainerError")]
    [InlineData("ErrImagePull")]
    public void A_sidecar_that_does_not_come_back_does_not_stop_a_trainer_at_work(string reason)
    {
        var world = new ToyWorld(_ => PodFate.RunForever) { Sidecars = true }.Settle(10);
        Assert.Equal((TrainingRunPhase.Running, TrainingRunReasons.TrainerRunning), (world.Status.Phase, world.Status.Reason));
        var pod = world.Pods[0];
        Assert.Equal(["fetch", "progress", "trainer"], pod.Status!.InitContainerStatuses!.Select(static s => s.Name));
        pod.Status.InitContainerStatuses![1] = new V1ContainerStatus { Name = "progress", State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = reason } } };
        world.Advance(TimeSpan.FromMinutes(1));
        world.Reconcile();
        Assert.Equal((TrainingRunPhase.Running, TrainingRunReasons.TrainerRunning), (world.Status.Phase, world.Status.Reason));
        var reading = TrainingPodReading.Of(pod, world.Now);
        Assert.NotNull(reading.TrainerStarted);
        Assert.False(reading.Quiet);
    }

    [Fact]
    public void While_a_sidecar_still_runs_the_Pod_has_not_stopped_and_its_end_says_nothing_about_the_trainer()
    {
        var world = new ToyWorld(_ => PodFate.RunForever) { Sidecars = true }.Settle(10);
        var pod = world.Pods[0] with { Metadata = world.Pods[0].Metadata with { DeletionTimestamp = world.Now, DeletionGracePeriodSeconds = 30 } };
        pod.Status!.InitContainerStatuses![2] = ToyKubelet.Ended("trainer", 143, "Error", world.Now, world.Now);
        Assert.False(TrainingPodReading.Of(pod, world.Now).Quiet);
        pod.Status.InitContainerStatuses[1] = ToyKubelet.Ended("progress", 0, "Completed", world.Now, world.Now);
        var reading = TrainingPodReading.Of(pod, world.Now);
        Assert.True(reading.Quiet);
        Assert.Equal(143, reading.TrainerEnded!.ExitCode);
    }

    private static ToyWorld Play(string fate, int nodes, bool sidecars) =>
        new ToyWorld(n => n <= nodes ? Enum.Parse<PodFate>(fate) : PodFate.Succeed, Runs.Spec with { Nodes = nodes }, Runs.Budget("5000")) { Sidecars = sidecars }.Settle(60);

    private static string Text(ToyWorld world) => JsonSerializer.Serialize(world.Status, TrainingRunsJson.Default.TrainingRunStatus);
}
