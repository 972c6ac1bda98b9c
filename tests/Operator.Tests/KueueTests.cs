using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kueue;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Kueue asks the budgets before it admits.</summary>
public sealed class KueueTests
{
    [Fact]
    public async Task A_Workload_passes_when_the_budgets_hold_its_run()
    {
        await using var world = await ToyWorld.FakeAsync();
        await PlayAsync(world, new ToyKueue(world).Install());
    }

    [KueueClusterFact]
    public async Task The_same_on_a_real_server_with_the_CRDs_of_Kueue()
    {
        await using var world = await ToyWorld.RealAsync(speed: 20);
        await ForeignCrds.InstallAsync(world.Client);
        var kueue = new ToyKueue(world);
        try
        {
            await PlayAsync(world, kueue);
        }
        finally
        {
            foreach (var check in new[] { kueue.Check, kueue.Check + "-strict", kueue.Check + "-wrong" })
                await world.Client.DeleteAsync(KueueDescriptors.AdmissionChecks, check, null, null, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Kueue_that_is_installed_later_is_found()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await OperatorInstance.StartAsync(world);
        await new RunScenario().BeginAsync(world);
        await world.UntilAsync(() => new RunScenario().MissingAsync(world));
        var scenario = new KueueScenario();
        await scenario.BeginAsync(world);
        await world.UntilAsync(() => scenario.MissingAsync(world));
    }

    private static async Task PlayAsync(ToyWorld world, ToyKueue kueue)
    {
        world.Node.FateOf = static _ => PodFate.RunForever;
        await kueue.CreateCheckAsync(kueue.Check, $$"""{"apiGroup":"modeloperator.io","kind":"CarbonBudget","name":"{{RunScenario.Budget}}"}""");
        await kueue.CreateCheckAsync(kueue.Check + "-strict", others: KueueApi.RejectOthers);
        await kueue.CreateCheckAsync(kueue.Check + "-wrong", """{"apiGroup":"modeloperator.io","kind":"Model","name":"m"}""");
        // Room for one run and a half.
        var claim = TrainingRunEstimates.Estimate(Objects.LongRunSpec, OperatorInstance.Options, out _)!.EmissionsMilligramsP95;
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, OverrideScenario.Grams(claim * 3 / 2)));
        await using var instance = await OperatorInstance.StartAsync(world);
        await ActiveAsync(world, kueue.Check, "True", "answer for the check");
        await ActiveAsync(world, kueue.Check + "-wrong", "False", "modeloperator.io/Model is not allowed");

        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("first", Objects.LongRunSpec));
        await world.UntilAsync(async () => await world.PodsAsync("first") is [_] ? null : "the first run has no Pod");
        await kueue.QueueAsync("first", kueue.Check, [.. await world.PodsAsync("first")]);
        await kueue.UntilAsync("first", kueue.Check, KueueApi.Ready, $"Reserved for TrainingRun first in {RunScenario.Budget}.");

        // A run that waits has no Pods; somebody makes one in its name.
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("second", Objects.LongRunSpec));
        var second = await QueuedAsync(world, "second", TrainingRunReasons.CarbonBudgetExhausted);
        await kueue.QueueAsync("second", kueue.Check, await PodAsync(world, "second", second, owned: true));
        var retry = await kueue.UntilAsync("second", kueue.Check, KueueApi.Retry, $"CarbonBudget {world.Space}/{RunScenario.Budget}: needed");
        Assert.InRange(retry.RequeueAfterSeconds!.Value, 1, 300);
        Assert.Contains("The budget resets at", retry.Message, StringComparison.Ordinal);
        await kueue.StatusAsync("second", kueue.Check, quota: false);

        var large = Objects.LongRunSpec with { Resources = new TrainingResources { Limits = new Dictionary<string, string> { ["cpu"] = "20", ["memory"] = "20Gi" } } };
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("large", large));
        await kueue.QueueAsync("large", kueue.Check, await PodAsync(world, "large", await QueuedAsync(world, "large", TrainingRunReasons.CarbonBudgetTooSmall), owned: true));
        await kueue.UntilAsync("large", kueue.Check, KueueApi.Rejected, "make the run smaller or raise the limit");
        await kueue.QueueAsync("borrowed", kueue.Check, await PodAsync(world, "borrowed", second, owned: false));
        await kueue.UntilAsync("borrowed", kueue.Check, KueueApi.Rejected, "carries the label of a TrainingRun");
        await kueue.QueueAsync("job", kueue.Check);
        await kueue.UntilAsync("job", kueue.Check, KueueApi.Ready, "is not counted");
        await kueue.QueueAsync("strict", kueue.Check + "-strict");
        await kueue.UntilAsync("strict", kueue.Check + "-strict", KueueApi.Rejected, "rejects all others");

        // Room comes, and with it the second run's hold; then Kueue finds quota for it again.
        await world.DeleteAsync(ModelOperatorDescriptors.TrainingRuns, "large");
        await world.DeleteAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget);
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "100000"));
        await kueue.StatusAsync("second", kueue.Check, quota: true);
        await kueue.UntilAsync("second", kueue.Check, KueueApi.Ready, "Reserved for TrainingRun second");
        foreach (var workload in await world.ListAsync(KueueDescriptors.Workloads))
            Assert.Equal(("Pending", "not yet"), workload.Status!.AdmissionChecks!.Where(c => c.Name == kueue.Other).Select(static c => (c.State, c.Message)).Single());
        await world.QuietAsync(instance, TimeSpan.FromSeconds(30));
    }

    private static Task ActiveAsync(ToyWorld world, string check, string status, string says) => world.UntilAsync(async () =>
    {
        var active = Conditions.Find((await world.Client.GetAsync(KueueDescriptors.AdmissionChecks, check, null, CancellationToken.None))?.Status?.Conditions, KueueApi.Active);
        return active?.Status == status && active.Message.Contains(says, StringComparison.Ordinal) ? null : $"AdmissionCheck {check}: {active?.Status} {active?.Message}";
    });

    private static Task<V1TrainingRun> QueuedAsync(ToyWorld world, string run, string reason) => world.UntilAsync(
        ModelOperatorDescriptors.TrainingRuns, run, r => r.Status is { Estimate: not null } status && status.Reason == reason, static r => $"{r.Status?.Reason}: {r.Status?.Message}");

    private static Task<V1Pod> PodAsync(ToyWorld world, string name, V1TrainingRun run, bool owned) => world.CreateAsync(KubernetesDescriptors.Pods, new V1Pod
    {
        Metadata = new V1ObjectMeta
        {
            Name = name + "-by-hand",
            Labels = new(StringComparer.Ordinal) { [ModelOperatorApi.RunUidLabel] = run.Metadata.Uid! },
            OwnerReferences = owned ? [run.ToControllerReference()] : null,
        },
        Spec = new V1PodSpec { Containers = [new V1Container { Name = "main", Image = "busybox" }] },
    });
}
