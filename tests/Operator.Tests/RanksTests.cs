using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Runs of several nodes, through the API.</summary>
public sealed class RanksTests
{
    private static readonly TrainingRunSpec Spec = Objects.RunSpec with { Nodes = 3, Framework = TrainingFramework.Torch };

    [Fact]
    public async Task Three_ranks_train_and_rank_0_publishes()
    {
        await using var world = await ToyWorld.FakeAsync();
        var run = await LostAsync(world, lose: null);
        Assert.Equal((1, 0, 0), Counts(run));
        var service = await world.ReadAsync(KubernetesDescriptors.Services, "diamonds-a-ranks");
        Assert.Equal("None", service.Spec!.ClusterIP);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_rank_that_is_deleted_is_one_disruption_and_one_new_attempt(int rank)
    {
        await using var world = await ToyWorld.FakeAsync();
        var run = await LostAsync(world, rank);
        Assert.Equal((2, 0, 1), Counts(run));
    }

    [Theory]
    [InlineData(nameof(PodFate.Evicted), TrainingRunReasons.Evicted)]
    [InlineData(nameof(PodFate.Vanish), TrainingRunReasons.PodVanished)]
    [InlineData(nameof(PodFate.StoreDownInFetch), TrainingRunReasons.ArtifactStoreUnavailable)]
    public async Task A_rank_that_is_disrupted_costs_one_attempt(string fate, string reason)
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = pod => pod.Metadata.Name.EndsWith("-1-1", StringComparison.Ordinal) ? Enum.Parse<PodFate>(fate)
            : IsFirst(pod) ? PodFate.RunForever : PodFate.Succeed;
        var pods = new PodCensus(world);
        await using var instance = await BeginAsync(world);
        var run = await OverAsync(world);
        Assert.Equal((2, 0, 1), Counts(run));
        Assert.Equal(reason, run.Status!.History![0].Reason);
        Assert.Empty(pods.Twice);
        Assert.Equal(6, pods.Count);
    }

    [Theory]
    [InlineData(nameof(PodFate.Succeed))]
    [InlineData(nameof(PodFate.RunForever))]
    public async Task A_rank_that_fails_fails_the_run_whether_its_peers_have_published_or_work(string peers)
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = pod => pod.Metadata.Name.EndsWith("-2", StringComparison.Ordinal) ? PodFate.TrainerExits1 : Enum.Parse<PodFate>(peers);
        await using var instance = await BeginAsync(world);
        var run = await OverAsync(world, TrainingRunPhase.Failed);
        Assert.Equal(TrainingRunReasons.NonRetryableExitCode, run.Status!.Reason);
        Assert.Equal((1, 1, 0), Counts(run));
        Assert.Empty(await world.ListAsync(ModelOperatorDescriptors.ModelVersions));
    }

    [Fact]
    public async Task A_run_of_many_Pods_does_not_keep_another_from_starting()
    {
        await using var world = await ToyWorld.FakeAsync(speed: 10);
        world.Node.FateOf = _ => PodFate.RunForever;
        // In the order in which the server tells of them, not in the order in which this test gets to look.
        var (seen, born) = (new HashSet<string>(StringComparer.Ordinal), new ConcurrentQueue<string>());
        world.Node.Saw = pod =>
        {
            if (seen.Add(pod.Metadata.Uid!))
                born.Enqueue(pod.Metadata.Labels![ModelOperatorApi.RunLabel]);
        };
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, Spec with { Nodes = 300 }));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("small"));
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(async () => (await world.PodsAsync(RunScenario.Run)).Count is var n && n < 300 ? $"{n} Pods" : null);
        var run = await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run,
            r => r.Status?.CurrentAttempt?.PodUids is { } uids && uids.All(TrainingRanks.IsSeen) && r.Status.Phase == TrainingRunPhase.Running, r => r.Status?.Message);
        Assert.Equal(300, run.Status!.CurrentAttempt!.PodUids!.Count);
        Assert.Contains("small", born);
        Assert.True(born.TakeWhile(static name => name != "small").Count() < 300, "the small run started after the large one was whole");
    }

    [Fact]
    public async Task A_namespace_with_a_limit_starts_its_runs_one_after_the_other_by_priority_then_age()
    {
        await using var world = await ToyWorld.FakeAsync();
        await LimitAsync(world, "1");
        var hold = true;
        world.Node.FateOf = _ => hold ? PodFate.RunForever : PodFate.Succeed;
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("first"));
        await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, "first", r => r.Status?.CurrentAttempt is not null, r => r.Status?.Message);
        foreach (var (name, priority) in ((string, int)[])[("old", 0), ("young", 0), ("urgent", 5)])
            await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(name, Objects.RunSpec with { Priority = priority }));
        foreach (var name in (string[])["old", "young", "urgent"])
            await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, name, r => r.Status?.Reason == TrainingRunReasons.WaitingInLine, r => r.Status?.Message);
        await world.UntilAsync(async () => (await world.PodsAsync("first")).Count == 1 ? null : "the first run has no Pod");
        Assert.Single(await world.ListAsync(KubernetesDescriptors.Pods));
        hold = false;
        foreach (var pod in await world.PodsAsync("first"))
            await world.PatchAsync(KubernetesDescriptors.Pods, pod.Metadata.Name, """{"metadata":{"annotations":{"test":"go on"}}}""");
        foreach (var name in (string[])["first", "old", "young", "urgent"])
            await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, name, r => r.Status?.Phase == TrainingRunPhase.Succeeded, r => r.Status?.Message);
        var runs = (await world.ListAsync(ModelOperatorDescriptors.TrainingRuns)).ToDictionary(r => r.Metadata.Name, r => r.Status!.History![0]);
        Assert.True(runs["urgent"].DecidedAt <= runs["old"].DecidedAt && runs["old"].DecidedAt <= runs["young"].DecidedAt,
            string.Join(", ", runs.Select(r => $"{r.Key} {r.Value.DecidedAt:HH:mm:ss}")));
    }

    [Fact]
    public async Task Many_runs_at_once_never_exceed_the_namespaces_limit()
    {
        await using var world = await ToyWorld.FakeAsync();
        await LimitAsync(world, "3");
        for (var i = 0; i < 20; i++)
            await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(string.Create(CultureInfo.InvariantCulture, $"run-{i}")));
        var most = 0;
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(async () =>
        {
            var runs = await world.ListAsync(ModelOperatorDescriptors.TrainingRuns);
            most = Math.Max(most, runs.Count(r => r.Status?.CurrentAttempt is not null));
            var left = runs.Count(r => r.Status?.Phase != TrainingRunPhase.Succeeded);
            return left == 0 ? null : $"{left} runs have not ended";
        });
        Assert.True(most <= 3, $"{most} runs had an attempt at once");
    }

    [RealClusterFact]
    public async Task A_deleted_rank_is_one_new_attempt_on_a_real_server()
    {
        await using var world = await ToyWorld.RealAsync(speed: 5);
        var run = await LostAsync(world, 1);
        Assert.Equal((2, 0, 1), Counts(run));
    }

    [RealClusterFact]
    public async Task A_lost_node_is_one_new_attempt_on_a_real_server_whose_own_controllers_find_out()
    {
        await using var world = await ToyWorld.RealAsync(speed: 3);
        await using var nodes = new ToyMachines(world.Client);
        var (lost, kept) = (await nodes.AddAsync(), await nodes.AddAsync());
        world.Node.Answers = nodes.LookAfter;
        world.Node.FateOf = pod => IsFirst(pod) ? PodFate.RunForever : PodFate.Succeed;
        var pods = new PodCensus(world) { };
        await using var instance = await BeginAsync(world, Spec with { Nodes = 2, PodTemplate = nodes.Template });
        await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == TrainingRunPhase.Running, r => r.Status?.Message, 240);
        Assert.Equal(new[] { kept, lost }.Order(), (await world.PodsAsync(RunScenario.Run)).Select(p => p.Spec!.NodeName!).Order());
        nodes.Kill(lost);
        await nodes.AddAsync();
        var run = await OverAsync(world, TrainingRunPhase.Succeeded, 240);
        Assert.Equal((2, 0, 1), Counts(run));
        Assert.Contains(run.Status!.History![0].Reason, new[] { TrainingRunReasons.PodDeleted, TrainingRunReasons.NodeLost, TrainingRunReasons.Evicted });
        Assert.Empty(pods.Twice);
        Assert.Equal(4, pods.Count);
    }

    private static async Task<V1TrainingRun> LostAsync(ToyWorld world, int? lose)
    {
        world.Node.FateOf = pod => lose is not null && IsFirst(pod) ? PodFate.RunForever : PodFate.Succeed;
        var pods = new PodCensus(world);
        await using var instance = await BeginAsync(world);
        if (lose is { } rank)
        {
            await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == TrainingRunPhase.Running, r => r.Status?.Message);
            await world.DeleteAsync(KubernetesDescriptors.Pods, TrainingRanks.PodName(RunScenario.Run, 1, rank));
        }

        var run = await OverAsync(world);
        Assert.Empty(pods.Twice);
        Assert.Equal(lose is null ? 3 : 6, pods.Count);
        Assert.Single(await world.ListAsync(ModelOperatorDescriptors.ModelVersions));
        return run;
    }

    private static async Task<OperatorInstance> BeginAsync(ToyWorld world, TrainingRunSpec? spec = null)
    {
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, spec ?? Spec));
        return await OperatorInstance.StartAsync(world);
    }

    private static Task<V1TrainingRun> OverAsync(ToyWorld world, TrainingRunPhase phase = TrainingRunPhase.Succeeded, double seconds = 180) => world.UntilAsync(
        ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == phase, r => $"{r.Status?.Phase} {r.Status?.Reason}: {r.Status?.Message}", seconds);

    private static async Task LimitAsync(ToyWorld world, string limit)
    {
        var space = new V1Namespace { Metadata = new() { Name = world.Space, Annotations = new() { [ModelOperatorApi.MaxConcurrentRunsAnnotation] = limit } } };
        if (await world.Client.GetAsync(KubernetesDescriptors.Namespaces, world.Space, null, CancellationToken.None) is null)
            await world.Client.CreateAsync(KubernetesDescriptors.Namespaces, space, null, CancellationToken.None);
        else
            await world.Client.PatchAsync(KubernetesDescriptors.Namespaces, world.Space, null, PatchKind.Merge, JsonSerializer.SerializeToUtf8Bytes(space, KubernetesJson.Default.V1Namespace), null, CancellationToken.None);
    }

    private static bool IsFirst(V1Pod pod) => pod.Metadata.Labels![ModelOperatorApi.AttemptLabel] == "1";

    private static (int Execution, int Failures, int Disruptions) Counts(V1TrainingRun run) =>
        (run.Status!.Attempts!.Execution, run.Status.Attempts.Failures, run.Status.Attempts.Disruptions);
}
