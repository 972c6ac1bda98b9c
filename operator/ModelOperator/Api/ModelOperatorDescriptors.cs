using ModelOperator.CanaryDeployments;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Api;

/// <summary>How to find and decode the operator's own kinds; all but ClusterCarbonBudget are namespaced.</summary>
public static class ModelOperatorDescriptors
{
    public static EntityDescriptor<V1TrainingRun> TrainingRuns { get; } = new(
        ModelOperatorApi.Group, ModelOperatorApi.Version, "trainingruns", "TrainingRun", true,
        TrainingRunsJson.Default.V1TrainingRun, TrainingRunsJson.Default.KubernetesListV1TrainingRun);

    public static EntityDescriptor<V1Model> Models { get; } = new(
        ModelOperatorApi.Group, ModelOperatorApi.Version, "models", "Model", true,
        ModelVersionsJson.Default.V1Model, ModelVersionsJson.Default.KubernetesListV1Model);

    public static EntityDescriptor<V1ModelVersion> ModelVersions { get; } = new(
        ModelOperatorApi.Group, ModelOperatorApi.Version, "modelversions", "ModelVersion", true,
        ModelVersionsJson.Default.V1ModelVersion, ModelVersionsJson.Default.KubernetesListV1ModelVersion);

    public static EntityDescriptor<V1CanaryDeployment> CanaryDeployments { get; } = new(
        ModelOperatorApi.Group, ModelOperatorApi.Version, "canarydeployments", "CanaryDeployment", true,
        CanaryDeploymentsJson.Default.V1CanaryDeployment, CanaryDeploymentsJson.Default.KubernetesListV1CanaryDeployment);

    public static EntityDescriptor<V1CarbonBudget> CarbonBudgets { get; } = new(
        ModelOperatorApi.Group, ModelOperatorApi.Version, "carbonbudgets", "CarbonBudget", true,
        CarbonBudgetsJson.Default.V1CarbonBudget, CarbonBudgetsJson.Default.KubernetesListV1CarbonBudget);

    public static EntityDescriptor<V1ClusterCarbonBudget> ClusterCarbonBudgets { get; } = new(
        ModelOperatorApi.Group, ModelOperatorApi.Version, "clustercarbonbudgets", "ClusterCarbonBudget", false,
        CarbonBudgetsJson.Default.V1ClusterCarbonBudget, CarbonBudgetsJson.Default.KubernetesListV1ClusterCarbonBudget);

    public static EntityDescriptor<V1BudgetOverride> BudgetOverrides { get; } = new(
        ModelOperatorApi.Group, ModelOperatorApi.Version, "budgetoverrides", "BudgetOverride", true,
        BudgetOverridesJson.Default.V1BudgetOverride, BudgetOverridesJson.Default.KubernetesListV1BudgetOverride);
}
