using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>Somebody's word that one run may go beyond one budget's limit, by so much and until then.</summary>
public sealed record V1BudgetOverride : KubernetesObject
{
    /// <summary>Creates an empty object of the kind.</summary>
    public V1BudgetOverride()
        : base(ModelOperatorApi.GroupVersion, "BudgetOverride")
    {
    }

    /// <summary>The approver's part; it never changes.</summary>
    public BudgetOverrideSpec Spec { get; set; } = new()
    {
        Budget = new() { Name = "" },
        Run = new() { Name = "" },
        Extra = new(),
        Reason = "",
        ApprovedBy = "",
        ExpiresAt = default,
    };

    /// <summary>The operator's part.</summary>
    public BudgetOverrideStatus? Status { get; set; }
}
