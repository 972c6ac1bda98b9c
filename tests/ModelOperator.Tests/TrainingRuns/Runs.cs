using ModelOperator.CarbonBudgets;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Objects to start tests from.</summary>
internal static class Runs
{
    internal static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    internal static readonly OperatorOptions Options = new() { Zone = "DEU", PueMilli = 1200 };

    internal static TrainingRunSpec Spec { get; } = new()
    {
        ModelName = "diamonds",
        Resources = new TrainingResources { Limits = new Dictionary<string, string> { ["cpu"] = "2", ["memory"] = "2Gi", ["nvidia.com/gpu"] = "1" } },
        Datasets = [new TrainingDataset { Name = "diamonds", Uri = "modelop://sha256/" + new string('a', 64) }],
        Params = new Dictionary<string, string> { ["max-depth"] = "6", ["rounds"] = "100" },
        Carbon = new TrainingCarbon { ExpectedSeconds = 600 },
        Output = new TrainingOutput { AliasesOnSuccess = ["candidate"] },
    };

    internal static V1TrainingRun Run(TrainingRunSpec? spec = null, TrainingRunStatus? status = null) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "diamonds-v1",
            NamespaceProperty = "team-a",
            Uid = "11111111-2222-3333-4444-555555555555",
            ResourceVersion = "1",
            Generation = 1,
            CreationTimestamp = Start,
        },
        Spec = spec ?? Spec,
        Status = status,
    };

    internal static V1CarbonBudget Budget(string grams, string name = "month", CarbonBudgetEnforcement enforcement = CarbonBudgetEnforcement.Queue) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "team-a", Uid = "b-" + name, Generation = 1 },
        Spec = new CarbonBudgetSpec { Limit = new CarbonBudgetLimit { GramsCO2e = grams }, Enforcement = enforcement },
    };

    internal static IReadOnlyList<DatasetFinding> Found { get; } = [new("diamonds", DatasetState.Found, "there")];
}
