using ModelOperator.Api;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests.World;

/// <summary>What must hold at the end of every story, whatever happened on the way.</summary>
internal static class Invariants
{
    internal static async Task CheckAsync(ToyWorld world, PodCensus pods)
    {
        Assert.Empty(pods.Twice);
        await CheckLedgerAsync(world);
        await CheckNumbersAsync(world);
    }

    /// <summary>Every budget's sum is the sum of the runs that are over, and nothing is held for them.</summary>
    private static async Task CheckLedgerAsync(ToyWorld world)
    {
        var over = (await world.ListAsync(ModelOperatorDescriptors.TrainingRuns))
            .Where(static r => r.Status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed).ToList();
        var cluster = await world.GetAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, world.Space);
        foreach (var budget in (await world.ListAsync(ModelOperatorDescriptors.CarbonBudgets)).Concat(cluster is null ? [] : [cluster]))
        {
            Assert.Equal(over.Sum(static r => r.Status!.Energy?.EmissionsMilligrams ?? 0), budget.Status!.SettledMilligrams);
            Assert.Equal(over.Sum(static r => (r.Status!.Energy?.EnergyMilliwattHours ?? 0) * (r.Status.Energy?.PueMilli ?? 1000) / 1000), budget.Status.SettledMilliwattHours);
            Assert.DoesNotContain(budget.Status.Holds ?? [], h => over.Any(r => r.Metadata.Uid == h.RunUid));
        }
    }

    /// <summary>No number is given twice or skipped, and an alias has one holder.</summary>
    private static async Task CheckNumbersAsync(ToyWorld world)
    {
        var versions = await world.ListAsync(ModelOperatorDescriptors.ModelVersions);
        foreach (var model in await world.ListAsync(ModelOperatorDescriptors.Models))
        {
            var own = versions.Where(v => v.Spec.Model == model.Metadata.Name).ToList();
            Assert.Equal(
                Enumerable.Range(1, own.Count).Select(n => $"{model.Metadata.Name}-{n}"),
                own.Select(static v => v.Metadata.Name).OrderBy(static n => int.Parse(n.Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Equal(own.Count + 1, model.Status!.NextVersion);
            Assert.Equal(model.Status.Aliases?.Count, model.Status.Aliases?.Select(static a => a.Name).Distinct().Count());
            Assert.Equal(own.Count, own.Select(static v => v.Spec.TrainingRun?.Uid ?? v.Metadata.Name).Distinct().Count());
        }
    }
}
