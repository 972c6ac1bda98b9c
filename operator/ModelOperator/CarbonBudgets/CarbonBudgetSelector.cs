using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.CarbonBudgets;

/// <summary>Which runs of the namespace a budget covers. A run cannot opt out: the budget selects, never the run.</summary>
public sealed record CarbonBudgetSelector
{
    [Description("Labels that the run must have.")]
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    [Description("Model names that the run may train.")]
    [MaxItems(64)]
    public IReadOnlyList<string>? ModelNames { get; init; }
}
