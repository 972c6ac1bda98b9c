using ModelOperator.Api;

namespace ModelOperator.Kueue;

/// <summary>Reference to an object of settings.</summary>
/// <param name="ApiGroup">Its group.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
public sealed record AdmissionCheckParameters(string? ApiGroup, string? Kind, string? Name)
{
    /// <summary>What is wrong with it; null when it names a budget.</summary>
    public string? Problem => ApiGroup == ModelOperatorApi.Group && Kind is ("CarbonBudget" or "ClusterCarbonBudget")
        ? null
        : $"spec.parameters: {ApiGroup}/{Kind} is not allowed: apiGroup {ModelOperatorApi.Group} and kind CarbonBudget or ClusterCarbonBudget are, or no parameters for all budgets.";
}
