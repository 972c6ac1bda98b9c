using System.Collections.Concurrent;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Looks at every version of the budgets and at every Pod that the server tells of.</summary>
internal sealed class RaceWitness : IAsyncDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<string, bool> started = new(StringComparer.Ordinal);
    private readonly ToyWorld world;
    private readonly Task[] watches;
    private int mostHeld;
    private int overdrawn;
    private int unheld;

    internal RaceWitness(ToyWorld world)
    {
        this.world = world;
        watches =
        [
            ApiWatch.FollowAsync(world.Client, ModelOperatorDescriptors.CarbonBudgets, world.Space, SeeAsync, ending.Token),
            ApiWatch.FollowAsync(world.Client, KubernetesDescriptors.Pods, world.Space, SeeAsync, ending.Token),
        ];
    }

    internal int MostHeld => Volatile.Read(ref mostHeld);

    internal int Overdrawn => Volatile.Read(ref overdrawn);

    internal int Unheld => Volatile.Read(ref unheld);

    /// <summary>UIDs of the runs whose Pods were seen.</summary>
    internal ICollection<string> Started => started.Keys;

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(watches);
        ending.Dispose();
    }

    private Task SeeAsync(V1CarbonBudget budget)
    {
        var holds = budget.Status?.Holds ?? [];
        mostHeld = Math.Max(mostHeld, holds.Count);
        var limit = budget.Spec.Limit;
        if (holds.Sum(static h => h.Milligrams) > (CarbonBudgetLedgers.Milligrams(limit.GramsCO2e) ?? long.MaxValue)
            || holds.Sum(static h => h.MilliwattHours) > (CarbonBudgetLedgers.MilliwattHours(limit.KilowattHours) ?? long.MaxValue))
            overdrawn++;
        return Task.CompletedTask;
    }

    /// <summary>A hold comes before the Pod and stays while the run works: whoever asks after the Pod must see it.</summary>
    private async Task SeeAsync(V1Pod pod)
    {
        if (pod.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.RunUidLabel) is not { } uid || !started.TryAdd(uid, true))
            return;
        var budgets = await world.ListAsync(ModelOperatorDescriptors.CarbonBudgets);
        if (!budgets.All(b => b.Status?.Holds?.Any(h => h.RunUid == uid) == true))
            unheld++;
    }
}
