using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.CarbonBudgets;

/// <summary>The team's limit, its window and the runs that it covers.</summary>
public record CarbonBudgetSpec
{
    /// <summary>Longest window that moves with the time.</summary>
    public const int LongestWindowDays = 366;

    [Description("Limits per window; at least one. All that are given must hold.")]
    public required CarbonBudgetLimit Limit { get; init; }

    [Description("Length of the window, which begins at local midnight: Month, Week or Day. Rolling: what was settled counts until it is older than windowDays. PerRun judges each run by itself: nothing adds up and nothing resets.")]
    [DefaultValue(CarbonBudgetWindow.Month)]
    public CarbonBudgetWindow Window { get; set; } = CarbonBudgetWindow.Month;

    [Description("Length of the window in days of 24 hours, with window Rolling, and only then. What was settled counts so long at least; up to 7 days an hour more at most, beyond that a day.")]
    [Range(1, LongestWindowDays)]
    public int? WindowDays { get; init; }

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

    [Description("Percentages of the limit: an event tells, once a window, when so much is used or held. With window Rolling again after it was ten points less. From 1 to 100; not with window PerRun.")]
    [MaxItems(8)]
    public IReadOnlyList<int>? Thresholds { get; init; }

    [Description("What passes into the next window; debt alone when absent. Not with window PerRun or Rolling, which have no next one.")]
    public CarbonBudgetCarryOver? CarryOver { get; init; }

    [Description("What a limit of emissions does with a run whose grid no source knows: LastKnown (goes by the last known value for some hours, then by the same hour of other days, then by the yearly table) or Deny (starts nothing until a source answers; queued runs wait).")]
    [DefaultValue(CarbonBudgetIntensityUnavailable.LastKnown)]
    public CarbonBudgetIntensityUnavailable IntensityUnavailable { get; set; } = CarbonBudgetIntensityUnavailable.LastKnown;
}
