using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;
using static ModelOperator.Operator.Tests.World.Webhook;

namespace ModelOperator.Operator.Tests;

/// <summary>A run under a budget of its namespace and one over many, of the same name.</summary>
public sealed class ClusterBudgetTests
{
    private static readonly TrainingRunSpec Churn = Objects.RunSpec with
    {
        Carbon = new TrainingCarbon { ExpectedSeconds = 120 },
        Checkpoint = new TrainingCheckpoint { Uri = "pvc://ckpt/churn" },
    };

    private static readonly NamespaceSelector Production = new() { MatchLabels = new Dictionary<string, string> { ["tier"] = "prod" } };

    [Fact]
    public Task A_run_waits_for_the_budget_over_many_and_is_booked_in_both() => WaitAsync(() => ToyWorld.FakeAsync());

    [RealClusterFact]
    public Task A_run_waits_for_the_budget_over_many_and_is_booked_in_both_on_a_real_server() => WaitAsync(() => ToyWorld.RealAsync(speed: 5));

    [Fact]
    public async Task A_run_is_paused_at_the_limit_of_the_budget_over_many_and_goes_on_when_that_is_raised()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = static pod => pod.Metadata.Labels![ModelOperatorApi.AttemptLabel] == "1" ? PodFate.SavesWhenAsked : PodFate.Succeed;
        var claim = TrainingRunEstimates.Estimate(Churn, OperatorInstance.Options, out _)!.EmissionsMilligramsP95;
        await using var instance = await BeginAsync(world, OverrideScenario.Grams(claim * 21 / 20), null, Churn);
        var paused = await UntilRunAsync(world, static r => r.Status is { Phase: TrainingRunPhase.Paused, CurrentAttempt: null });
        Assert.Equal(TrainingRunReasons.PausedByBudget, paused.Status!.Reason);
        Assert.Contains($"ClusterCarbonBudget {world.Space} holds", paused.Status.Pause!.Message, StringComparison.Ordinal);
        var burnt = paused.Status.Energy!.EmissionsMilligrams;
        await UntilBudgetsAsync(world, s => s.SettledMilligrams == burnt && s.ReservedMilligrams == 0);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        await RaiseAsync(world);
        await CheckBookedAsync(world, await UntilRunAsync(world, static r => r.Status?.Phase == TrainingRunPhase.Succeeded));
    }

    [Fact]
    public async Task A_run_starts_without_the_budget_over_many_once_the_namespaces_labels_take_it_out()
    {
        await using var world = await ToyWorld.FakeAsync();
        await LabelAsync(world, "prod");
        await using var instance = await WaitingAsync(world, Production);
        await LabelAsync(world, "test");
        var run = await UntilRunAsync(world, static r => r.Status?.Phase == TrainingRunPhase.Succeeded);
        await CheckBookedAsync(world, run, onlyOwn: true);
        Assert.Equal(0, (await world.ReadAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, world.Space)).Status!.SettledMilligrams);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_namespaces_own_budget_goes_on_alone_when_the_last_one_over_many_is_deleted()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await WaitingAsync(world);
        await world.DeleteAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, world.Space);
        await CheckBookedAsync(world, await UntilRunAsync(world, static r => r.Status?.Phase == TrainingRunPhase.Succeeded), onlyOwn: true);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
    }

    /// <summary>What the webhook says, and whom it asks for the right to exceed a budget that limits the namespace's administrators, too.</summary>
    [RealClusterFact]
    public async Task The_webhook_holds_runs_and_overrides_against_it_on_a_real_server()
    {
        await using var world = await ToyWorld.RealAsync(speed: 5);
        await Webhook.GrantRunsAndOverridesAsync(world, "alice", "bob");
        await using var webhook = await Webhook.StartAsync(world);
        using var alice = Webhook.As("alice");
        using var bob = Webhook.As("bob");
        using var platform = Webhook.As("paula", "system:masters");
        await webhook.RegisterAsync(mutating: true, "trainingruns", "budgetoverrides");
        await world.CreateAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, Objects.ClusterBudget(world, OverrideScenario.Grams(OverrideScenario.Limit)));
        await AssertRefusedAsync(() => CreateAsync(alice, ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run), world), $"ClusterCarbonBudget {world.Space}: needed");
        await RaiseAsync(world);
        await CreateAsync(alice, ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run), world);

        // Whoever may override in the namespace may not override what is over it.
        await AssertRefusedAsync(() => CreateAsync(bob, ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.OfCluster(world, OverrideScenario.Override(world, null)), world), "the verb \"override\" is needed");
        await AssertRefusedAsync(() => CreateAsync(bob, ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Override(world, null), world), "there is no such CarbonBudget in this namespace");
        await CreateAsync(platform, ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.OfCluster(world, OverrideScenario.Override(world, null, "paula")), world);
    }

    private static async Task WaitAsync(Func<Task<ToyWorld>> make)
    {
        await using var world = await make();
        await using var instance = await WaitingAsync(world);
        // Nothing is held anywhere as long as one budget has no room.
        await UntilBudgetsAsync(world, static s => s is { WaitingRuns: 1, Holds: null or { Count: 0 } });
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        await RaiseAsync(world);
        await CheckBookedAsync(world, await UntilRunAsync(world, static r => r.Status?.Phase == TrainingRunPhase.Succeeded));
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        // Nothing but statuses was written: Argo CD sees no drift.
        Assert.All(
            instance.Wire.Writes.Where(static w => w.Path.Contains("carbonbudgets/", StringComparison.Ordinal)),
            static w => Assert.EndsWith("/status", w.Path.Split('?')[0], StringComparison.Ordinal));
    }

    /// <summary>A run that the namespace's own budget has room for, and the one over many has not.</summary>
    private static async Task<OperatorInstance> WaitingAsync(ToyWorld world, NamespaceSelector? spaces = null)
    {
        var instance = await BeginAsync(world, OverrideScenario.Grams(OverrideScenario.Limit), spaces, Objects.RunSpec);
        var run = await UntilRunAsync(world, static r => r.Status is { Phase: TrainingRunPhase.Queued, Reason: TrainingRunReasons.CarbonBudgetTooSmall });
        Assert.StartsWith($"ClusterCarbonBudget {world.Space} has a limit below what the run needs", run.Status!.Message, StringComparison.Ordinal);
        return instance;
    }

    private static async Task<OperatorInstance> BeginAsync(ToyWorld world, string grams, NamespaceSelector? spaces, TrainingRunSpec spec)
    {
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(world.Space, "100000"));
        await world.CreateAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, Objects.ClusterBudget(world, grams, spaces));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, spec));
        return await OperatorInstance.StartAsync(world);
    }

    private static Task<V1ClusterCarbonBudget> RaiseAsync(ToyWorld world) =>
        world.PatchAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, world.Space, """{"spec":{"limit":{"gramsCO2e":"100000"}}}""");

    private static Task<V1Namespace> LabelAsync(ToyWorld world, string tier) =>
        world.PatchAsync(KubernetesDescriptors.Namespaces, world.Space, $"{{\"metadata\":{{\"labels\":{{\"tier\":\"{tier}\"}}}}}}");

    private static async Task CheckBookedAsync(ToyWorld world, V1TrainingRun run, bool onlyOwn = false)
    {
        var burnt = run.Status!.Energy!.EmissionsMilligrams;
        await UntilBudgetsAsync(world, s => s is { SettledRuns: 1, Holds: null or { Count: 0 }, ReservedMilligrams: 0 } && s.SettledMilligrams == burnt, onlyOwn);
    }

    private static async Task UntilBudgetsAsync(ToyWorld world, Func<CarbonBudgetStatus, bool> wanted, bool onlyOwn = false)
    {
        await world.UntilAsync(ModelOperatorDescriptors.CarbonBudgets, world.Space, b => b.Status is { } status && wanted(status), Says);
        if (!onlyOwn)
            await world.UntilAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, world.Space, b => b.Status is { } status && wanted(status), Says);
    }

    private static string Says(V1CarbonBudget budget) =>
        $"settled {budget.Status?.SettledMilligrams}, reserved {budget.Status?.ReservedMilligrams} of {budget.Status?.LimitMilligrams}, {budget.Status?.Holds?.Count ?? 0} holds, {budget.Status?.WaitingRuns} wait";

    private static Task<V1TrainingRun> UntilRunAsync(ToyWorld world, Func<V1TrainingRun, bool> wanted) =>
        world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, wanted, static r => $"{r.Status?.Phase} {r.Status?.Reason}: {r.Status?.Message}");
}
