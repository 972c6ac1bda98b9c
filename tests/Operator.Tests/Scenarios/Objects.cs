using System.Globalization;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests.Scenarios;

/// <summary>Manifests of users. Namespaces are set when they are created.</summary>
internal static class Objects
{
    internal const string Model = "diamonds";

    internal static TrainingRunSpec RunSpec { get; } = new()
    {
        ModelName = Model,
        Resources = new TrainingResources { Limits = new Dictionary<string, string> { ["cpu"] = "2", ["memory"] = "2Gi" } },
        Datasets = [new TrainingDataset { Name = "diamonds", Uri = "modelop://sha256/" + new string('a', 64) }],
        Params = new Dictionary<string, string> { ["rounds"] = "100" },
        Carbon = new TrainingCarbon { ExpectedSeconds = 600 },
        FailurePolicy = new TrainingFailurePolicy(),
        Deadlines = new TrainingDeadlines(),
        Output = new TrainingOutput { AliasesOnSuccess = ["candidate"] },
    };

    /// <summary>Expects to be at work for longer than any machine takes for a test: what it holds never grows meanwhile.</summary>
    internal static TrainingRunSpec LongRunSpec { get; } = RunSpec with { Carbon = new TrainingCarbon { ExpectedSeconds = 86_400 } };

    internal static V1TrainingRun Run(string name, TrainingRunSpec? spec = null) =>
        new() { Metadata = new V1ObjectMeta { Name = name }, Spec = spec ?? RunSpec };

    internal static V1CarbonBudget Budget(string name, string grams) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new CarbonBudgetSpec { Limit = new CarbonBudgetLimit { GramsCO2e = grams } },
    };

    /// <summary>Over the world's namespace alone, and with its name: on a shared server it is nobody else's business.</summary>
    internal static V1ClusterCarbonBudget ClusterBudget(ToyWorld world, string grams, NamespaceSelector? spaces = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = world.Space },
        Spec = new ClusterCarbonBudgetSpec
        {
            Limit = new CarbonBudgetLimit { GramsCO2e = grams },
            NamespaceSelector = spaces ?? new() { MatchLabels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = world.Space } },
        },
    };

    internal static V1ModelVersion Version(string model, int number) => new()
    {
        Metadata = new V1ObjectMeta { Name = $"{model}-{number.ToString(CultureInfo.InvariantCulture)}" },
        Spec = new ModelVersionSpec
        {
            Model = model,
            Artifact = new ArtifactReference
            {
                Uri = "modelop://sha256/" + new string((char)('0' + number), 64),
                Digest = "sha256:" + new string((char)('0' + number), 64),
                Format = "modelop/xgboost-v1",
                SizeBytes = 1234,
            },
        },
    };

    /// <summary>Seconds of the operator's time in which a canary must come on; longer than any busy machine stands still.</summary>
    internal const int Deadline = 86_400;

    internal static V1CanaryDeployment Canary(string name, string model, string version, CanaryAnalysis? analysis = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new CanaryDeploymentSpec
        {
            Model = model,
            VersionRef = new LocalReference { Name = version },
            Alias = "champion",
            ProgressDeadlineSeconds = Deadline,
            Strategy = new CanaryStrategy
            {
                ScaleDownDelaySeconds = 2,
                Steps =
                [
                    new CanaryStep { SetWeight = 20 },
                    new CanaryStep { Analysis = new CanaryAnalysisStep { MaxDurationSeconds = 3600 } },
                    new CanaryStep { SetWeight = 50 },
                    new CanaryStep { Pause = new CanaryPause { DurationSeconds = 2 } },
                ],
            },
            Analysis = analysis ?? new CanaryAnalysis
            {
                IntervalSeconds = 2,
                Metrics =
                [
                    new CanaryMetric { Name = "errors", Type = CanaryMetricType.ErrorRate },
                    new CanaryMetric { Name = "rmse", Type = CanaryMetricType.Rmse, Compare = new MetricComparison() },
                ],
            },
        },
    };
}
