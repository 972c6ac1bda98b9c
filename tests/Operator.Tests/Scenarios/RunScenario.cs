using ModelOperator.Api;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests.Scenarios;

/// <summary>One run under a budget: trained, published, numbered, verified, aliased, settled.</summary>
internal sealed class RunScenario : IScenario
{
    internal const string Budget = "month";
    internal const string Run = "diamonds-a";

    public async Task BeginAsync(ToyWorld world)
    {
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(Budget, "100000"));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(Run));
    }

    public async Task<string?> MissingAsync(ToyWorld world)
    {
        var run = await world.GetAsync(ModelOperatorDescriptors.TrainingRuns, Run);
        if (run?.Status?.Phase != TrainingRunPhase.Succeeded)
            return $"run {run?.Status?.Phase} {run?.Status?.Reason}: {run?.Status?.Message}";
        var budget = await world.GetAsync(ModelOperatorDescriptors.CarbonBudgets, Budget);
        if (budget?.Status is not { SettledRuns: 1, Holds: null or { Count: 0 } })
            return $"budget settled {budget?.Status?.SettledRuns}, holds {budget?.Status?.Holds?.Count}";
        var version = await world.GetAsync(ModelOperatorDescriptors.ModelVersions, run.Status.ModelVersion!);
        if (version?.Status is not { Phase: ModelVersionPhase.Ready, Aliases.Count: 1 })
            return $"version {run.Status.ModelVersion} {version?.Status?.Phase} {version?.Status?.Reason}";
        var model = await world.GetAsync(ModelOperatorDescriptors.Models, Objects.Model);
        if (model?.Status is not { Aliases.Count: 1, Allocations: null or { Count: 0 }, LatestVersion: not null })
            return $"model: {model?.Status?.Aliases?.Count} aliases, {model?.Status?.Allocations?.Count} allocations";
        return null;
    }
}
