using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets;

/// <summary>A limit of energy and emissions per window: a ledger that reserves, enforces and settles.</summary>
public record V1CarbonBudget : KubernetesObject
{
    /// <summary>Creates an empty object of the kind.</summary>
    public V1CarbonBudget()
        : this("CarbonBudget")
    {
    }

    /// <summary>Creates an empty object of a kind that is a budget, too.</summary>
    protected V1CarbonBudget(string kind)
        : base(ModelOperatorApi.GroupVersion, kind)
    {
    }

    /// <summary>The user's part.</summary>
    public CarbonBudgetSpec Spec { get; set; } = new() { Limit = new() };

    /// <summary>The operator's part.</summary>
    public CarbonBudgetStatus? Status { get; set; }
}
