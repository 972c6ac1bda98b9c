using ModelOperator.CanaryDeployments;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CrdGen;

/// <summary>The seven kinds.</summary>
internal static class CrdKinds
{
    private static readonly PrinterColumn Age = new("Age", "date", ".metadata.creationTimestamp");

    private static readonly PrinterColumn[] Budget =
    [
        Text("Window", ".spec.window"),
        Text("Emissions", ".status.emissions"),
        Text("Energy", ".status.energy"),
        new("Waiting", "integer", ".status.waitingRuns"),
        Text("Ready", ".status.conditions[?(@.type==\"Ready\")].status"),
        Age,
        Wide("Enforcement", ".spec.enforcement"),
    ];

    internal static IReadOnlyList<CrdKind> All { get; } =
    [
        new("TrainingRun", "trainingruns", ["tr"],
            "One training of one model: admitted by the carbon budgets, run in a Pod, published by digest and registered as a ModelVersion.",
            typeof(TrainingRunSpec), typeof(TrainingRunStatus), TrainingRunsJson.Default.Options,
            [
                Text("Phase", ".status.phase"),
                Text("Reason", ".status.reason"),
                new("Progress", "integer", ".status.progress.percentage"),
                Text("Trials", ".status.sweep.summary"),
                new("Attempt", "integer", ".status.attempts.execution"),
                Text("kWh", ".status.energy.kWh"),
                Text("gCO2e", ".status.energy.gCO2e"),
                Text("Version", ".status.modelVersion"),
                Age,
                Wide("Model", ".spec.modelName"),
                Wide("Device", ".status.device"),
                Wide("Method", ".status.energy.method"),
                Wide("Sweep gCO2e", ".status.sweep.energy.gCO2e"),
            ]),
        new("Model", "models", [],
            "One object per model name: owner of its version numbers and aliases.",
            typeof(ModelSpec), typeof(ModelStatus), ModelVersionsJson.Default.Options,
            [Text("Latest", ".status.latestVersion"), new("Versions", "integer", ".status.versions"), Age]),
        new("ModelVersion", "modelversions", ["mv"],
            "An immutable version of a model: content by digest, lineage, metrics and energy.",
            typeof(ModelVersionSpec), typeof(ModelVersionStatus), ModelVersionsJson.Default.Options,
            [
                Text("Model", ".spec.model"),
                new("Version", "integer", ".status.version"),
                Text("Phase", ".status.phase"),
                Text("Aliases", ".status.aliases"),
                Text("gCO2e", ".status.energy.gCO2e"),
                Age,
                Wide("Digest", ".spec.artifact.digest"),
                Wide("Reason", ".status.reason"),
            ]),
        new("CanaryDeployment", "canarydeployments", ["canary"],
            "Serves a model and moves traffic to a new version by evidence.",
            typeof(CanaryDeploymentSpec), typeof(CanaryDeploymentStatus), CanaryDeploymentsJson.Default.Options,
            [
                Text("Phase", ".status.phase"),
                Text("Reason", ".status.reason"),
                Text("Stable", ".status.stableVersion"),
                Text("Canary", ".status.canaryVersion"),
                Text("Step", ".status.step"),
                new("Weight", "integer", ".status.weights.canary"),
                Age,
                Wide("Message", ".status.message"),
            ],
            Replicas: ".spec.server.replicas"),
        new("CarbonBudget", "carbonbudgets", ["cb"],
            "A limit of energy and emissions per window: a ledger that reserves, enforces and settles.",
            typeof(CarbonBudgetSpec), typeof(CarbonBudgetStatus), CarbonBudgetsJson.Default.Options, Budget),
        new("ClusterCarbonBudget", "clustercarbonbudgets", ["ccb"],
            "A CarbonBudget over the runs of many namespaces: a run is held by every budget that covers it, of either kind.",
            typeof(ClusterCarbonBudgetSpec), typeof(CarbonBudgetStatus), CarbonBudgetsJson.Default.Options, Budget, "Cluster"),
        new("BudgetOverride", "budgetoverrides", ["bo"],
            "Somebody's word that one run may go beyond one budget's limit, by so much and until then.",
            typeof(BudgetOverrideSpec), typeof(BudgetOverrideStatus), BudgetOverridesJson.Default.Options,
            [
                Text("Budget", ".spec.budget.name"),
                Text("Run", ".spec.run.name"),
                Text("Phase", ".status.phase"),
                Text("Booked", ".status.booked"),
                Text("Approved by", ".spec.approvedBy"),
                new("Expires", "string", ".spec.expiresAt"),
                Age,
                Wide("Reason", ".spec.reason"),
            ]),
    ];

    private static PrinterColumn Text(string name, string path) => new(name, "string", path);

    private static PrinterColumn Wide(string name, string path) => new(name, "string", path, true);
}
