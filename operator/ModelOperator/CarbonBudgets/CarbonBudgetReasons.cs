namespace ModelOperator.CarbonBudgets;

/// <summary>Reasons of conditions and events; stable, CamelCase.</summary>
public static class CarbonBudgetReasons
{
    /// <summary>There is room, or as much is used as allowed.</summary>
    public const string WithinLimit = nameof(WithinLimit);

    /// <summary>More was used than the limit allows.</summary>
    public const string LimitExceeded = nameof(LimitExceeded);

    /// <summary>Runs wait for room.</summary>
    public const string RunsWaiting = nameof(RunsWaiting);

    /// <summary>A field of the spec is wrong; nothing can start under the budget until it is mended.</summary>
    public const string InvalidSpec = nameof(InvalidSpec);

    /// <summary>A new window began.</summary>
    public const string WindowStarted = nameof(WindowStarted);

    /// <summary>As much of the limit is used or held as a threshold says.</summary>
    public const string ThresholdReached = nameof(ThresholdReached);

    /// <summary>More is held for a run at work than before.</summary>
    public const string HoldExtended = nameof(HoldExtended);

    /// <summary>A run at work needs more than is held for it, and there is no room.</summary>
    public const string ExtensionRefused = nameof(ExtensionRefused);
}
