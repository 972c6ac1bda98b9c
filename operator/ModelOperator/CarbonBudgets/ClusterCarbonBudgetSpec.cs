using System.ComponentModel;

namespace ModelOperator.CarbonBudgets;

/// <summary>A CarbonBudget's spec, and the namespaces whose runs it covers.</summary>
public sealed record ClusterCarbonBudgetSpec : CarbonBudgetSpec
{
    [Description("Namespaces whose runs the budget covers, by their labels; all when absent.")]
    public NamespaceSelector? NamespaceSelector { get; init; }
}
