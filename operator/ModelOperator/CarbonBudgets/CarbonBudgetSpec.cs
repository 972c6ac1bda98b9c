using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CarbonBudgets;

/// <summary>The team's limit, its window and the runs that it covers.</summary>
public record CarbonBudgetSpec
{
    [Description("Limits per window; at least one. All that are given must hold.")]
    public required CarbonBudgetLimit Limit { get; init; }

    [Description("Length of the window; it begins at local midnight.")]
    [DefaultValue(CarbonBudgetWindow.Month)]
    public CarbonBudgetWindow Window { get; set; } = CarbonBudgetWindow.Month;

    [Description("IANA time zone of the window's edges.")]
    [DefaultValue("UTC")]
    [StringLength(64)]
    public string TimeZone { get; set; } = "UTC";

    [Description("Runs that the budget covers, of its namespace or of all that it selects; all when absent.")]
    public CarbonBudgetSelector? Selector { get; init; }

    [Description("What happens to a run that fits the limit but not what is left: Queue (wait), Deny (refuse at admission), Warn (start and warn) or Audit (start and record).")]
    [DefaultValue(CarbonBudgetEnforcement.Queue)]
    public CarbonBudgetEnforcement Enforcement { get; set; } = CarbonBudgetEnforcement.Queue;

    [Description("Which estimate is reserved: P50 or P95.")]
    [DefaultValue(CarbonBudgetReserve.P95)]
    public CarbonBudgetReserve Reserve { get; set; } = CarbonBudgetReserve.P95;

    [Description("What happens to a run at work that has used up what is held for it while there is no room for more: Pause (saves its state, goes on when what remains fits), Fail, or Warn (goes on; what it burns beyond is debt). Without meaning under enforcement Warn and Audit, which always have room.")]
    [DefaultValue(CarbonBudgetExceedAction.Pause)]
    public CarbonBudgetExceedAction OnExceed { get; set; } = CarbonBudgetExceedAction.Pause;
}
