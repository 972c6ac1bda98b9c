using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CarbonBudgets;

/// <summary>What passes from a window into the next.</summary>
public sealed record CarbonBudgetCarryOver
{
    [Description("Most of what a window leaves unused that the next may use besides its own limit, in percent of the limit.")]
    [DefaultValue(0)]
    [Range(0, 100)]
    public int UnusedPercent { get; set; }

    [Description("Whether what was used beyond the limit is taken off the next window.")]
    [DefaultValue(true)]
    public bool Debt { get; set; } = true;
}
