using System.Collections.Concurrent;
using ModelOperator.Api;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Pauses, suspensions, reuse and expiry of runs, from the users' side.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public Task A_run_is_paused_and_resumed_without_drift_and_settled_once() => PauseAsync(() => ToyWorld.FakeAsync(), null);

    [RealClusterFact]
    public Task A_run_is_paused_and_resumed_without_drift_and_settled_once_on_a_real_server() => PauseAsync(() => ToyWorld.RealAsync(speed: 5), null);

    [Fact]
    public async Task A_death_at_any_write_of_a_pause_loses_and_doubles_nothing()
    {
        var writes = await PauseAsync(() => ToyWorld.FakeAsync(), null);
        var cuts = Enumerable.Range(1, writes + 2).SelectMany(static k => new[] { new Cut(k, KillPoint.BeforeWrite), new Cut(k, KillPoint.BeforeReply) });
        var failures = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(cuts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (cut, _) =>
        {
            try
            {
                await PauseAsync(() => ToyWorld.FakeAsync(), cut);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                failures.Enqueue($"{cut}: {failure.Message}");
            }
        });
        Assert.True(failures.IsEmpty, string.Join("\n", failures.Take(5)));
    }

    [Fact]
    public async Task A_suspended_run_reserves_nothing_and_begins_when_git_says_so()
    {
        await using var world = await ToyWorld.FakeAsync();
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "100000"));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, Objects.RunSpec with { Suspend = true }));
        await using var instance = await OperatorInstance.StartAsync(world);
        await UntilPhaseAsync(world, RunScenario.Run, TrainingRunPhase.Suspended);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        Assert.Empty((await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status?.Holds ?? []);
        Assert.Empty(await world.PodsAsync(RunScenario.Run));
        await world.PatchAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, """{"spec":{"suspend":false}}""");
        await UntilPhaseAsync(world, RunScenario.Run, TrainingRunPhase.Succeeded);
    }

    [Fact]
    public async Task An_evicted_run_asks_its_next_attempt_to_go_on_from_the_newest_checkpoint()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = pod => IsFirst(pod) ? PodFate.Evicted : PodFate.Succeed;
        var spec = Objects.RunSpec with { Checkpoint = new TrainingCheckpoint { Uri = "pvc://ckpt/churn", GracePeriodSeconds = 45 } };
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, spec));
        await using var instance = await OperatorInstance.StartAsync(world);
        var run = await UntilPhaseAsync(world, RunScenario.Run, TrainingRunPhase.Succeeded);
        var pods = (await world.PodsAsync(RunScenario.Run)).OrderBy(static p => p.Metadata.Name, StringComparer.Ordinal).ToList();
        Assert.Equal(["", "/workspace/resume/latest"], pods.Select(static p => Variable(p, "trainer", "MODELOP_RESUME_FROM")));
        Assert.Equal([null, "/workspace/resume/latest"], pods.Select(static p => Variable(p, "fetch", "MODELOP_RESUME_LINK")));
        Assert.All(pods, p => Assert.Equal(45, p.Spec!.TerminationGracePeriodSeconds));
        Assert.All(pods, p => Assert.Equal(
            $"churn/{run.Metadata.Uid}", p.Spec!.InitContainers!.Single(static c => c.Name == "trainer").VolumeMounts!.Single(static m => m.Name == "checkpoint").SubPath));
        Assert.Equal((0, 1), (run.Status!.Attempts!.Failures, run.Status.Attempts.Disruptions));
    }

    [Fact]
    public async Task The_same_inputs_again_cost_no_Pod_no_hold_and_no_energy()
    {
        await using var world = await ToyWorld.FakeAsync();
        var scenario = new RunScenario();
        await scenario.BeginAsync(world);
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(() => scenario.MissingAsync(world));
        var first = await world.ReadAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run);
        var booked = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!.SettledMilligrams;
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("again", Objects.RunSpec with { Reuse = TrainingReuse.IfIdentical }));
        var again = await UntilPhaseAsync(world, "again", TrainingRunPhase.Succeeded);
        Assert.Equal((TrainingRunReasons.ReusedExisting, first.Status!.ModelVersion), (again.Status!.Reason, again.Status.ModelVersion));
        Assert.Equal(first.Status.Resolved!.InputHash, again.Status.Resolved!.InputHash);
        Assert.Empty(await world.PodsAsync("again"));
        Assert.Null(again.Status.Energy);
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("other", Objects.RunSpec with
        {
            Reuse = TrainingReuse.IfIdentical,
            Params = new Dictionary<string, string> { ["rounds"] = "101" },
        }));
        var other = await UntilPhaseAsync(world, "other", TrainingRunPhase.Succeeded);
        Assert.Equal("diamonds-2", other.Status!.ModelVersion);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        var budget = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!;
        Assert.Equal((booked + other.Status.Energy!.EmissionsMilligrams, 0), (budget.SettledMilligrams, budget.ReservedMilligrams));
        Assert.Equal(2, (await world.ListAsync(ModelOperatorDescriptors.ModelVersions)).Count);
    }

    [Fact]
    public Task The_children_of_a_finished_run_go_and_nobody_elses() => ExpireAsync(() => ToyWorld.FakeAsync());

    [RealClusterFact]
    public Task The_children_of_a_finished_run_go_and_nobody_elses_on_a_real_server() => ExpireAsync(() => ToyWorld.RealAsync(speed: 5));

    [Fact]
    public async Task A_finished_run_goes_itself_when_it_says_so_and_its_version_stays()
    {
        await using var world = await ToyWorld.FakeAsync();
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "100000"));
        var spec = Objects.RunSpec with { Ttl = new TrainingTtl { SecondsAfterFinished = 20, Policy = TrainingTtlPolicy.Self } };
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, spec));
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(async () => await world.GetAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run) is { } run ? $"run {run.Status?.Phase}" : null);
        var version = Assert.Single(await world.ListAsync(ModelOperatorDescriptors.ModelVersions));
        var budget = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!;
        Assert.Equal((version.Spec.Energy!.EmissionsMilligrams, 1L), (budget.SettledMilligrams, budget.SettledRuns));
        Assert.Empty(budget.Holds ?? []);
    }

    private static async Task ExpireAsync(Func<Task<ToyWorld>> make)
    {
        await using var world = await make();
        var spec = Objects.RunSpec with { Ttl = new TrainingTtl { SecondsAfterFinished = 5 } };
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, spec));
        await using var instance = await OperatorInstance.StartAsync(world);
        var seen = await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, static r => r.Metadata.Uid is not null, static _ => "no uid");
        // Somebody's own Secret with our label: it is not the run's child.
        await world.CreateAsync(KubernetesDescriptors.Secrets, new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = "foreign", Labels = new(StringComparer.Ordinal) { [ModelOperatorApi.RunUidLabel] = seen.Metadata.Uid! } },
            Type = "Opaque",
        });
        var run = await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, static r => r.Status?.ChildrenRemovedTime is not null, static r => $"{r.Status?.Phase} {r.Status?.Message}");
        Assert.Equal(TrainingRunPhase.Succeeded, run.Status!.Phase);
        Assert.Empty(await world.PodsAsync(RunScenario.Run));
        Assert.Null(await world.GetAsync(KubernetesDescriptors.Secrets, TrainingRunChildren.SecretName(run)));
        Assert.NotNull(await world.GetAsync(KubernetesDescriptors.Secrets, "foreign"));
        Assert.Single(await world.ListAsync(ModelOperatorDescriptors.ModelVersions));
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
    }

    /// <summary>Pauses at work, resumes, and compares all counts; the operator may die on the way. Returns how many writes it took.</summary>
    private static async Task<int> PauseAsync(Func<Task<ToyWorld>> make, Cut? cut)
    {
        await using var world = await make();
        var pods = new PodCensus(world);
        world.Node.FateOf = pod => IsFirst(pod) ? PodFate.RunForever : PodFate.Succeed;
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "100000"));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, Objects.LongRunSpec));
        var first = await OperatorInstance.StartAsync(world, cut);
        await using var guard = first;
        OperatorInstance? second = null;
        try
        {
            var reserved = 0L;
            await world.UntilAsync(async () =>
            {
                if (first.Wire.CutOff.IsCompleted && second is null)
                {
                    await first.KillAsync();
                    second = await OperatorInstance.StartAsync(world);
                }

                var run = await world.ReadAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run);
                var budget = await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget);
                if (run.Status is { Phase: TrainingRunPhase.Running, CurrentAttempt.Number: 1 } && run.Metadata.Annotations is null)
                {
                    reserved = budget.Status!.ReservedMilligrams;
                    await world.PatchAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, """{"metadata":{"annotations":{"modeloperator.io/command":"pause 1"}}}""");
                }

                // Once: what was told to resume may do so between two looks.
                if (run.Status is { Phase: TrainingRunPhase.Paused, CurrentAttempt: null, LastCommand.Action: "pause" } && run.Metadata.Annotations!.ContainsValue("pause 1"))
                {
                    Assert.Equal((reserved, 0L), (budget.Status!.ReservedMilligrams, budget.Status.SettledMilligrams));
                    Assert.DoesNotContain(await world.PodsAsync(RunScenario.Run), static p => p.Status?.Phase is "Pending" or "Running");
                    await world.PatchAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, """{"metadata":{"annotations":{"modeloperator.io/command":"resume 2"}}}""");
                }

                return run.Status?.Phase == TrainingRunPhase.Succeeded && budget.Status is { SettledRuns: 1, Holds: null or { Count: 0 } }
                    && await world.GetAsync(ModelOperatorDescriptors.ModelVersions, run.Status.ModelVersion!) is { Status.Phase: ModelVersionPhase.Ready }
                        ? null
                        : $"run {run.Status?.Phase} {run.Status?.Reason}, {run.Status?.LastCommand?.Action}: {run.Status?.LastCommand?.Result}";
            });
            await world.QuietAsync(second ?? first, TimeSpan.FromSeconds(6));
            await CheckPausedAsync(world, pods);
            foreach (var instance in (OperatorInstance?[])[first, second])
            {
                Assert.DoesNotContain(
                    instance?.Wire.Writes ?? [],
                    static w => w.Path.Split('?')[0].EndsWith($"/trainingruns/{RunScenario.Run}", StringComparison.Ordinal));
            }

            return first.Wire.Counted;
        }
        finally
        {
            if (second is not null)
                await second.DisposeAsync();
        }
    }

    private static async Task CheckPausedAsync(ToyWorld world, PodCensus pods)
    {
        var run = await world.ReadAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run);
        var counts = run.Status!.Attempts!;
        Assert.Equal((2, 0, 0, 1), (counts.Execution, counts.Failures, counts.Disruptions, counts.Pauses));
        Assert.Equal([TrainingRunReasons.PausedByUser, TrainingRunReasons.Succeeded], run.Status.History!.Select(static a => a.Reason));
        Assert.Equal(("resume", "Accepted"), (run.Status.LastCommand!.Action, run.Status.LastCommand.Result));
        Assert.Null(run.Status.Pause);
        Assert.True(Conditions.IsFalse(run.Status.Conditions, TrainingRunConditions.Paused));
        Assert.Equal("resume 2", run.Metadata.Annotations![ModelOperatorApi.CommandAnnotation]);
        Assert.Equal(1, run.Metadata.Generation ?? 1);
        await Invariants.CheckAsync(world, pods);
    }

    private static bool IsFirst(V1Pod pod) => pod.Metadata.Labels![ModelOperatorApi.AttemptLabel] == "1";

    private static string? Variable(V1Pod pod, string container, string name) =>
        pod.Spec!.InitContainers!.Single(c => c.Name == container).Env!.SingleOrDefault(e => e.Name == name)?.Value ?? (container == "trainer" ? "" : null);

    private static Task<V1TrainingRun> UntilPhaseAsync(ToyWorld world, string name, TrainingRunPhase phase) => world.UntilAsync(
        ModelOperatorDescriptors.TrainingRuns, name, r => r.Status?.Phase == phase, r => $"{r.Status?.Phase} {r.Status?.Reason}: {r.Status?.Message}");
}
