using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>One TrainingRun of the namespace.</summary>
public sealed record BudgetOverrideRun
{
    [Description("Name of the TrainingRun.")]
    [StringLength(253, MinimumLength = 1)]
    public required string Name { get; init; }

    [Description("UID of the TrainingRun, so that only this very object is meant.")]
    [StringLength(64, MinimumLength = 1)]
    public string? Uid { get; init; }
}
