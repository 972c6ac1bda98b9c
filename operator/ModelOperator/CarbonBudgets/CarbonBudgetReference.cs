using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CarbonBudgets;

/// <summary>One budget, as an object of a namespace names it.</summary>
public sealed record CarbonBudgetReference
{
    [Description("CarbonBudget, of the same namespace, or ClusterCarbonBudget.")]
    [DefaultValue(CarbonBudgetKind.CarbonBudget)]
    public CarbonBudgetKind Kind { get; set; }

    [Description("Name of the budget.")]
    [StringLength(253, MinimumLength = 1)]
    public required string Name { get; init; }

    /// <summary>That of a budget.</summary>
    public static CarbonBudgetReference To(V1CarbonBudget budget) => new()
    {
        Kind = budget is V1ClusterCarbonBudget ? CarbonBudgetKind.ClusterCarbonBudget : CarbonBudgetKind.CarbonBudget,
        Name = budget.Metadata.Name,
    };

    /// <summary>For people.</summary>
    public override string ToString() => $"{Kind} {Name}";
}
