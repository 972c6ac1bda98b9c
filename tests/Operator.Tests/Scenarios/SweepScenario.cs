using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Operator.Tests.Scenarios;

/// <summary>A grid sweep under a budget that holds two of its trials at a time; one trial fails.</summary>
/// <param name="trials">Trials, 2 to 6; the third fails.</param>
internal sealed class SweepScenario(int trials) : IScenario
{
    internal const string Run = "prices";

    private static readonly string[] Depths = ["2", "4", "6", "8", "10", "12"];

    /// <summary>Lowest at depth 8.</summary>
    internal static string Rmse(V1Pod pod) =>
        pod.Spec!.InitContainers!.Single(static c => c.Name == "trainer").Env!.FirstOrDefault(static e => e.Name == "MODELOP_PARAM_DEPTH")?.Value is { } depth
            ? (400 + (10 * Math.Abs(int.Parse(depth, CultureInfo.InvariantCulture) - 8))).ToString(CultureInfo.InvariantCulture)
            : "512.25";

    /// <summary>Limit in milligrams: two trials and a half.</summary>
    internal static long Limit => TrainingRunEstimates.Estimate(Objects.RunSpec, OperatorInstance.Options, out _)!.EmissionsMilligramsP95 * 5 / 2;

    internal TrainingRunSpec Spec => Objects.RunSpec with
    {
        Sweep = new TrainingSweep
        {
            Algorithm = SweepAlgorithm.Grid,
            Parameters = [new SweepParameter { Name = "depth", Values = Depths[..trials] }],
            Objective = new SweepObjective { Metric = "rmse", Goal = SweepGoal.Minimize },
            Parallelism = 4,
        },
    };

    private int Failures => trials >= 3 ? 1 : 0;

    public async Task BeginAsync(ToyWorld world)
    {
        world.Node.RmseOf = Rmse;
        world.Node.FateOf = static pod => pod.Metadata.Name == $"{Run}-t3-1-0" ? PodFate.TrainerExits1 : PodFate.Succeed;
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, (Limit / 1000m).ToString("0.###", CultureInfo.InvariantCulture)));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(Run, Spec));
    }

    public async Task<string?> MissingAsync(ToyWorld world)
    {
        var run = await world.GetAsync(ModelOperatorDescriptors.TrainingRuns, Run);
        if (run?.Status is not { Phase: TrainingRunPhase.Succeeded, Sweep: { } sweep })
            return $"sweep {run?.Status?.Phase} {run?.Status?.Reason}: {run?.Status?.Message}; {run?.Status?.Sweep?.Summary}";
        if (sweep.Failed != Failures || sweep.Succeeded != trials - Failures)
            return $"{sweep.Succeeded} succeeded, {sweep.Failed} failed";
        var budget = await world.GetAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget);
        if (budget?.Status is not { Holds: null or { Count: 0 } } settled || settled.SettledRuns != trials)
            return $"budget settled {budget?.Status?.SettledRuns}, holds {budget?.Status?.Holds?.Count}";
        var version = await world.GetAsync(ModelOperatorDescriptors.ModelVersions, run.Status.ModelVersion!);
        if (version?.Status is not { Phase: ModelVersionPhase.Ready, Aliases.Count: 1 })
            return $"version {run.Status.ModelVersion} {version?.Status?.Phase} {version?.Status?.Reason}";
        var model = await world.GetAsync(ModelOperatorDescriptors.Models, Objects.Model);
        return model?.Status is { Aliases.Count: 1, Allocations: null or { Count: 0 }, LatestVersion: not null } ? null : "the model is not in step";
    }
}
