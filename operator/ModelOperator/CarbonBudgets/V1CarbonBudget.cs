using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets;

/// <summary>A limit of energy and emissions per window: a ledger that reserves, enforces and settles.</summary>
public sealed record V1CarbonBudget : KubernetesObject
{
    /// <summary>Creates an empty object of the kind.</summary>
    public V1CarbonBudget()
        : base(ModelOperatorApi.GroupVersion, "CarbonBudget")
    {
    }

    /// <summary>The user's part.</summary>
    public CarbonBudgetSpec Spec { get; set; } = new() { Limit = new() };

    /// <summary>The operator's part.</summary>
    public CarbonBudgetStatus? Status { get; set; }
}
