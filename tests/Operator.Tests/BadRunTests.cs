using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Runs that cannot work: each ends, or waits, with a reason and with what to do.</summary>
public sealed class BadRunTests
{
    [Theory]
    [InlineData(nameof(PodFate.ImagePullFails), TrainingRunReasons.StartDeadlineExceeded, "registry.test/trainer:wrong", "deadlines.startSeconds")]
    [InlineData(nameof(PodFate.DigestMismatch), TrainingRunReasons.DatasetDigestMismatch, "dataset diamonds", "expected sha256:1")]
    [InlineData(nameof(PodFate.DatasetGone), TrainingRunReasons.DatasetNotFound, "dataset diamonds", "no such blob")]
    [InlineData(nameof(PodFate.TrainerExits1), TrainingRunReasons.NonRetryableExitCode, "could not convert string to float", "failurePolicy.retryableExitCodes")]
    [InlineData(nameof(PodFate.OutOfMemory), TrainingRunReasons.OOMKilled, "more memory", "resources.limits.memory")]
    [InlineData(nameof(PodFate.NoMetrics), TrainingRunReasons.ResultWithoutMetrics, "result.json", "metrics")]
    public async Task A_failure_that_another_try_would_not_change_ends_the_run_at_once(string fate, string reason, string thing, string advice)
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = _ => Enum.Parse<PodFate>(fate);
        var run = await EndAsync(
            world, Objects.RunSpec with { Image = "registry.test/trainer:wrong" }, TrainingRunPhase.Failed, fate == nameof(PodFate.ImagePullFails) ? MissDeadlineAsync : null);
        Assert.Equal(reason, run.Status!.Reason);
        AssertSays(run, thing, advice);
        Assert.Equal((1, 1, 0), Counts(run));
        Assert.True(Conditions.IsTrue(run.Status.Conditions, TrainingRunConditions.Failed));
        Assert.True(Conditions.IsTrue(run.Status.Conditions, TrainingRunConditions.Stalled));
        await world.UntilAsync(async () => (await world.PodsAsync(RunScenario.Run)).Any(p => p.Status?.Phase is not ("Succeeded" or "Failed")) ? "a Pod still runs" : null);
        await SettledAsync(world, run);
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_is_told_while_there_is_still_time()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = _ => PodFate.ImagePullFails;
        var spec = Objects.RunSpec with { Image = "registry.test/trainer:wrong" };
        var run = await WaitAsync(world, spec, r => r.Status?.Reason == TrainingRunReasons.ImagePullFailed);
        Assert.Equal(TrainingRunPhase.Starting, run.Status!.Phase);
        AssertSays(run, "Image registry.test/trainer:wrong of container trainer cannot be pulled", "podTemplate.imagePullSecrets");
    }

    [Fact]
    public async Task An_exit_code_of_a_signal_is_retried_as_often_as_the_spec_says()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = _ => PodFate.TrainerExits137;
        var policy = new TrainingFailurePolicy { MaxRetries = 2, BackoffBaseSeconds = 1, BackoffMaxSeconds = 4 };
        var run = await EndAsync(world, Objects.RunSpec with { FailurePolicy = policy }, TrainingRunPhase.Failed);
        Assert.Equal(TrainingRunReasons.BackoffLimitExceeded, run.Status!.Reason);
        AssertSays(run, "maxRetries is 2", "exit code 137");
        Assert.Equal((3, 3, 0), Counts(run));
        Assert.Equal(3, (await world.PodsAsync(RunScenario.Run)).Count);
        await SettledAsync(world, run);
    }

    [Theory]
    [InlineData(nameof(PodFate.Evicted), TrainingRunReasons.Evicted)]
    [InlineData(nameof(PodFate.Vanish), TrainingRunReasons.PodVanished)]
    [InlineData(nameof(PodFate.StoreDownInFetch), TrainingRunReasons.ArtifactStoreUnavailable)]
    public async Task A_disruption_costs_an_attempt_and_is_no_failure(string fate, string reason)
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = pod => pod.Metadata.Name.EndsWith("-1-0", StringComparison.Ordinal) ? Enum.Parse<PodFate>(fate) : PodFate.Succeed;
        var run = await EndAsync(world, Objects.RunSpec, TrainingRunPhase.Succeeded);
        Assert.Equal((2, 0, 1), Counts(run));
        Assert.Equal(reason, run.Status!.History![0].Reason);
        await SettledAsync(world, run);
    }

    [Fact]
    public async Task A_wrong_field_is_named_and_the_run_goes_on_once_it_is_right()
    {
        await using var world = await ToyWorld.FakeAsync();
        var spec = Objects.RunSpec with { Env = [new TrainingEnvironment { Name = "MODELOP_SECRET", Value = "1" }] };
        var run = await WaitAsync(world, spec, r => r.Status?.Reason == TrainingRunReasons.InvalidSpec);
        AssertSays(run, "spec.env[0].name", "reserved");
        Assert.True(Conditions.IsTrue(run.Status!.Conditions, TrainingRunConditions.Stalled));
        Assert.Empty(await world.PodsAsync(RunScenario.Run));
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.PatchAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, """{"spec":{"env":null}}""");
        await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == TrainingRunPhase.Succeeded, r => r.Status?.Message);
    }

    [Theory]
    [InlineData(nameof(DatasetState.NotFound), TrainingRunReasons.DatasetNotFound, "Upload it", true)]
    [InlineData(nameof(DatasetState.DigestMismatch), TrainingRunReasons.DatasetDigestMismatch, "hashes to something else", true)]
    [InlineData(nameof(DatasetState.Unavailable), TrainingRunReasons.ArtifactStoreUnavailable, "tried again", false)]
    public async Task A_dataset_that_is_not_there_takes_no_gpu_and_is_found_when_it_comes(string state, string reason, string advice, bool stalled)
    {
        await using var world = await ToyWorld.FakeAsync();
        var there = false;
        world.Store.StateOf = _ => there ? DatasetState.Found : Enum.Parse<DatasetState>(state);
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run));
        await using var instance = await OperatorInstance.StartAsync(world);
        var run = await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Reason == reason, r => r.Status?.Reason);
        AssertSays(run, "modelop://sha256/aaa", advice);
        Assert.Equal(stalled, Conditions.IsTrue(run.Status!.Conditions, TrainingRunConditions.Stalled));
        Assert.Empty(await world.PodsAsync(RunScenario.Run));
        there = true;
        await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == TrainingRunPhase.Succeeded, r => r.Status?.Message);
    }

    [Fact]
    public async Task A_budget_below_the_whole_need_of_a_run_is_told_as_such()
    {
        await using var world = await ToyWorld.FakeAsync();
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "0.001"));
        var run = await WaitAsync(world, Objects.RunSpec, r => r.Status?.Reason == TrainingRunReasons.CarbonBudgetTooSmall);
        AssertSays(run, "CarbonBudget month", "raise the limit");
    }

    [Theory]
    [InlineData(nameof(ArtifactOutcome.Mismatch), ModelVersionReasons.DigestMismatch, ModelVersionPhase.Failed, "register the model again")]
    [InlineData(nameof(ArtifactOutcome.NotFound), ModelVersionReasons.ArtifactNotFound, ModelVersionPhase.Failed, "Upload them")]
    [InlineData(nameof(ArtifactOutcome.Unavailable), ModelVersionReasons.StoreUnavailable, ModelVersionPhase.Pending, "asked again")]
    public async Task A_version_whose_bytes_are_not_right_is_never_ready(string outcome, string reason, ModelVersionPhase phase, string advice)
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Store.Verify = _ => new ArtifactVerification(Enum.Parse<ArtifactOutcome>(outcome), "scripted");
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run));
        await using var instance = await OperatorInstance.StartAsync(world);
        var version = await world.UntilAsync(ModelOperatorDescriptors.ModelVersions, "diamonds-1", v => v.Status?.Reason == reason, v => v.Status?.Reason);
        Assert.Equal(phase, version.Status!.Phase);
        Assert.Contains(advice, version.Status.Message, StringComparison.Ordinal);
        Assert.Null((await world.ReadAsync(ModelOperatorDescriptors.Models, Objects.Model)).Status?.LatestVersion);
    }

    private static async Task<V1TrainingRun> EndAsync(ToyWorld world, TrainingRunSpec spec, TrainingRunPhase phase, Func<ToyWorld, Task>? meanwhile = null)
    {
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "100000"));
        return await WaitAsync(world, spec, r => r.Status?.Phase == phase, settle: true, meanwhile);
    }

    /// <summary>Its time to start is over when its Pod has said what is wrong, not before.</summary>
    private static async Task MissDeadlineAsync(ToyWorld world)
    {
        await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, static r => r.Status?.Reason == TrainingRunReasons.ImagePullFailed, static r => $"{r.Status?.Phase} {r.Status?.Reason}");
        ((FastTime)world.Time).Jump(TimeSpan.FromSeconds(new TrainingDeadlines().StartSeconds));
    }

    private static async Task<V1TrainingRun> WaitAsync(ToyWorld world, TrainingRunSpec spec, Func<V1TrainingRun, bool> wanted, bool settle = false, Func<ToyWorld, Task>? meanwhile = null)
    {
        var pods = new PodCensus(world);
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, spec));
        await using var instance = await OperatorInstance.StartAsync(world);
        if (meanwhile is not null)
            await meanwhile(world);
        var run = await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, wanted, r => $"{r.Status?.Phase} {r.Status?.Reason}: {r.Status?.Message}");
        await world.QuietAsync(instance, TimeSpan.FromSeconds(settle ? 20 : 5));
        Assert.Empty(pods.Twice);
        return run;
    }

    private static async Task SettledAsync(ToyWorld world, V1TrainingRun run)
    {
        var budget = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!;
        Assert.Empty(budget.Holds ?? []);
        Assert.Equal(run.Status!.Energy?.EmissionsMilligrams ?? 0, budget.SettledMilligrams);
    }

    private static (int Execution, int Failures, int Disruptions) Counts(V1TrainingRun run) =>
        (run.Status!.Attempts!.Execution, run.Status.Attempts.Failures, run.Status.Attempts.Disruptions);

    private static void AssertSays(V1TrainingRun run, string thing, string advice)
    {
        var ready = Conditions.Find(run.Status!.Conditions, TrainingRunConditions.Ready)!;
        Assert.Equal((run.Status.Reason, run.Status.Message), (ready.Reason, ready.Message));
        Assert.Contains(thing, ready.Message, StringComparison.Ordinal);
        Assert.Contains(advice, ready.Message, StringComparison.Ordinal);
    }
}
