using ModelOperator.Kueue;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests.Scenarios;

/// <summary>A Workload of no TrainingRun, where Kueue is installed and asks the budgets.</summary>
internal sealed class KueueScenario : IScenario
{
    public async Task BeginAsync(ToyWorld world)
    {
        var kueue = new ToyKueue(world).Install();
        await kueue.CreateCheckAsync(kueue.Check);
        await kueue.QueueAsync("job", kueue.Check);
    }

    public async Task<string?> MissingAsync(ToyWorld world) =>
        (await world.ReadAsync(KueueDescriptors.Workloads, "job")).Status!.AdmissionChecks!.Any(static c => c.State == KueueApi.Ready) ? null : "the check is not Ready";
}
