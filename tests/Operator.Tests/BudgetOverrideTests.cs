using System.Text;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;
using static ModelOperator.Operator.Tests.World.Webhook;

namespace ModelOperator.Operator.Tests;

/// <summary>A run that waits for its budget, and somebody who lets it go further.</summary>
public sealed class BudgetOverrideTests
{
    [Fact]
    public async Task A_run_that_waits_starts_by_an_override_and_is_booked_as_a_whole()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await WaitingAsync(world);
        await world.CreateAsync(ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Override(world));
        var run = await UntilRunAsync(world, static r => r.Status?.Phase == TrainingRunPhase.Succeeded);
        await CheckBookedAsync(world, run);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(30));
        await world.UntilAsync(async () => string.Join(
            ' ', (await world.ListAsync(KubernetesDescriptors.Events)).Where(static e => e.Reason == BudgetOverrideReasons.OverrideUsed).Select(static e => e.Regarding!.Kind).Order(StringComparer.Ordinal))
            is "BudgetOverride CarbonBudget" ? null : "the events of its use are missing");
        // Nothing but statuses was written: Argo CD sees no drift.
        Assert.All(
            instance.Wire.Writes.Where(static w => w.Path.Contains("/budgetoverrides/", StringComparison.Ordinal) || w.Path.Contains("/carbonbudgets/", StringComparison.Ordinal)),
            static w => Assert.EndsWith("/status", w.Path.Split('?')[0], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("alice", "alice", BudgetOverrideReasons.ApproverIsCreator)]
    [InlineData(null, "bob", BudgetOverrideReasons.ApproverNotVerified)]
    [InlineData("bob", "carol", BudgetOverrideReasons.ApproverNotVerified)]
    public async Task Without_the_right_an_override_that_is_there_all_the_same_starts_nothing(string? user, string approvedBy, string reason)
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await WaitingAsync(world);
        await world.CreateAsync(ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Override(world, user, approvedBy));
        var refused = await UntilOverrideAsync(world, static s => s.Phase == BudgetOverridePhase.Refused);
        Assert.True(Conditions.IsTrue(refused.Conditions, "Stalled"));
        Assert.Equal(reason, Conditions.Find(refused.Conditions, "Ready")!.Reason);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(30));
        Assert.Equal(TrainingRunPhase.Queued, (await world.ReadAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run)).Status!.Phase);
        Assert.Equal(0, (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!.ReservedMilligrams);
    }

    [Fact]
    public async Task An_override_that_is_too_small_or_has_run_out_starts_nothing_and_the_next_one_does()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await WaitingAsync(world);
        var small = OverrideScenario.Override(world, name: "small", milligrams: OverrideScenario.Claim - OverrideScenario.Limit - 1);
        await world.CreateAsync(ModelOperatorDescriptors.BudgetOverrides, small with { Spec = small.Spec with { ExpiresAt = world.Time.GetUtcNow().AddMinutes(10) } });
        await UntilOverrideAsync(world, static s => s is { Phase: BudgetOverridePhase.Ready, RunUid: not null }, "small");
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        Assert.Equal(0, (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!.ReservedMilligrams);
        ((FastTime)world.Time).Jump(TimeSpan.FromMinutes(11));
        await UntilOverrideAsync(world, static s => s.Phase == BudgetOverridePhase.Expired, "small");
        await world.CreateAsync(ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Override(world));
        await CheckBookedAsync(world, await UntilRunAsync(world, static r => r.Status?.Phase == TrainingRunPhase.Succeeded));
        Assert.Null((await world.ReadAsync(ModelOperatorDescriptors.BudgetOverrides, "small")).Status!.UsedBy);
    }

    [Fact]
    public async Task A_run_made_anew_under_the_same_name_gets_nothing_from_an_override_that_was_used()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await WaitingAsync(world);
        await world.CreateAsync(ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Override(world));
        var first = await UntilRunAsync(world, static r => r.Status?.Phase == TrainingRunPhase.Succeeded);
        await CheckBookedAsync(world, first);
        var used = (await world.ReadAsync(ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Name)).Status!;
        await world.DeleteAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run);
        await world.UntilAsync(async () => await world.GetAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run) is null ? null : "the run is still there");
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, OverrideScenario.Alices());
        await UntilRunAsync(world, static r => r.Status?.Phase == TrainingRunPhase.Queued);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(30));
        Assert.Equal(0, (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!.ReservedMilligrams);
        Assert.Equal(used with { Conditions = null }, (await world.ReadAsync(ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Name)).Status! with { Conditions = null });
    }

    /// <summary>The whole way through a real server: its users, its webhooks, its impersonation.</summary>
    [RealClusterFact]
    public async Task With_the_right_and_without_it_on_a_real_server()
    {
        await using var world = await ToyWorld.RealAsync(speed: 5);
        await Webhook.GrantRunsAndOverridesAsync(world, "alice", "bob");
        await using var webhook = await Webhook.StartAsync(world);
        using var alice = Webhook.As("alice");
        using var bob = Webhook.As("bob");
        using var robot = Webhook.As($"system:serviceaccount:{world.Space}:default", "system:masters");
        await webhook.RegisterAsync(mutating: true, "trainingruns", "budgetoverrides");
        // Large enough for the webhook, which refuses what no window has room for; then nearly nothing is left.
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "100000"));
        // Whatever she says, she created it.
        var claimed = Objects.Run(RunScenario.Run);
        claimed.Metadata.Annotations = new(StringComparer.Ordinal) { [ModelOperatorApi.CreatedByAnnotation] = "bob" };
        var run = await CreateAsync(alice, ModelOperatorDescriptors.TrainingRuns, claimed, world);
        Assert.Equal("alice", Creators.Of(run.Metadata));
        await world.PatchAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget, $"{{\"spec\":{{\"limit\":{{\"gramsCO2e\":\"{OverrideScenario.Grams(OverrideScenario.Limit)}\"}}}}}}");
        await using var instance = await OperatorInstance.StartAsync(world);
        await UntilRunAsync(world, static r => r.Status?.Phase == TrainingRunPhase.Queued);
        await AssertRefusedAsync(() => PatchAsync(alice, world, """{"metadata":{"annotations":{"modeloperator.io/created-by":"bob"}}}"""), "'bob' is not allowed: 'alice', as before");
        await PatchAsync(alice, world, """{"metadata":{"labels":{"team":"b"},"annotations":{"modeloperator.io/created-by":null}}}""");
        Assert.Equal("alice", Creators.Of((await world.ReadAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run)).Metadata));

        await AssertRefusedAsync(() => CreateAsync(alice, ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Override(world, null, "alice"), world), "alice created TrainingRun diamonds-a; somebody else must approve");
        await AssertRefusedAsync(() => CreateAsync(alice, ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Override(world, null, "bob"), world), "user alice creates the override, and nobody approves for others");
        var account = $"system:serviceaccount:{world.Space}:default";
        await AssertRefusedAsync(() => CreateAsync(robot, ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Override(world, null, account), world), "a ServiceAccount would approve whatever is committed");
        await AssertRefusedAsync(() => CreateAsync(robot, ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Override(world, null, "bob"), world), "nobody approves for others");
        Assert.Empty(await world.ListAsync(ModelOperatorDescriptors.BudgetOverrides));
        var made = await CreateAsync(bob, ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Override(world, null, "bob"), world);
        Assert.Equal("bob", Creators.Of(made.Metadata));
        await AssertRefusedAsync(
            () => bob.PatchAsync(ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Name, world.Space, PatchKind.Merge, """{"spec":{"extra":{"gramsCO2e":"9"}}}"""u8.ToArray(), null, CancellationToken.None), "delete it and create another");
        await CheckBookedAsync(world, await UntilRunAsync(world, static r => r.Status?.Phase == TrainingRunPhase.Succeeded));
        // Done and immutable, and still free to be labelled and deleted.
        await bob.PatchAsync(ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Name, world.Space, PatchKind.Merge, """{"metadata":{"labels":{"seen":"yes"}}}"""u8.ToArray(), null, CancellationToken.None);
        Assert.True(await bob.DeleteAsync(ModelOperatorDescriptors.BudgetOverrides, OverrideScenario.Name, world.Space, null, CancellationToken.None));
    }

    private static Task<V1TrainingRun> PatchAsync(KubernetesClient client, ToyWorld world, string merge) =>
        client.PatchAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, world.Space, PatchKind.Merge, Encoding.UTF8.GetBytes(merge), null, CancellationToken.None);

    private static async Task<OperatorInstance> WaitingAsync(ToyWorld world)
    {
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, OverrideScenario.Grams(OverrideScenario.Limit)));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, OverrideScenario.Alices());
        var instance = await OperatorInstance.StartAsync(world);
        await UntilRunAsync(world, static r => r.Status is { Phase: TrainingRunPhase.Queued, Reason: TrainingRunReasons.CarbonBudgetTooSmall });
        return instance;
    }

    /// <summary>The budget has settled the run as a whole and shows the overrun; the override says what of it was its own.</summary>
    private static async Task CheckBookedAsync(ToyWorld world, V1TrainingRun run)
    {
        var budget = (await world.UntilAsync(
            ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget, static b => b.Status is { SettledRuns: 1, Holds: null or { Count: 0 } },
            static b => $"settled {b.Status?.SettledRuns}, {b.Status?.Holds?.Count ?? 0} holds")).Status!;
        var burnt = run.Status!.Energy!.EmissionsMilligrams;
        Assert.Equal((burnt, 0), (budget.SettledMilligrams, budget.ReservedMilligrams));
        Assert.True(burnt > OverrideScenario.Limit && Conditions.IsTrue(budget.Conditions, "Exceeded"), budget.Emissions);
        var used = await UntilOverrideAsync(world, s => s.Phase == BudgetOverridePhase.Used && s.BookedMilligrams == burnt - OverrideScenario.Limit);
        Assert.Equal((run.Metadata.Uid, RunScenario.Run), (used.RunUid, used.UsedBy!.Name));
        Assert.Equal(1, run.Status.Attempts!.Execution);
    }

    private static Task<V1TrainingRun> UntilRunAsync(ToyWorld world, Func<V1TrainingRun, bool> wanted) =>
        world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, wanted, static r => $"{r.Status?.Phase} {r.Status?.Reason}: {r.Status?.Message}");

    private static async Task<BudgetOverrideStatus> UntilOverrideAsync(ToyWorld world, Func<BudgetOverrideStatus, bool> wanted, string name = OverrideScenario.Name) => (await world.UntilAsync(
        ModelOperatorDescriptors.BudgetOverrides, name, o => o.Status is { } status && wanted(status), static o => $"{o.Status?.Phase}, booked {o.Status?.BookedMilligrams} mg: {Conditions.Find(o.Status?.Conditions, "Ready")?.Message}")).Status!;
}
