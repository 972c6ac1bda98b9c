using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>What is approved, for which run, by whom and why.</summary>
public sealed record BudgetOverrideSpec
{
    [Description("The budget whose limit may be exceeded.")]
    public required CarbonBudgetReference Budget { get; init; }

    [Description("The TrainingRun that may exceed it, in the same namespace; it must exist.")]
    public required BudgetOverrideRun Run { get; init; }

    [Description("By how much the run's hold may exceed what is left; at least one, above zero.")]
    public required BudgetOverrideExtra Extra { get; init; }

    [Description("Why, for those who read the history.")]
    [StringLength(1024, MinimumLength = 1)]
    public required string Reason { get; init; }

    [Description("Until when it may be used first, at most 30 days ahead. What was reserved before stays.")]
    public required DateTimeOffset ExpiresAt { get; init; }

    [Description("User name of whoever creates this object: nobody approves for others.")]
    [StringLength(253, MinimumLength = 1)]
    public required string ApprovedBy { get; init; }
}
