namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>Where an override stands, for people.</summary>
public enum BudgetOverridePhase
{
    /// <summary>The run or the budget is not there; nothing is allowed yet.</summary>
    Pending,

    /// <summary>In force; the run has not needed it yet.</summary>
    Ready,

    /// <summary>The run holds, or has used, more than the limit by it.</summary>
    Used,

    /// <summary>Ran out before it was used.</summary>
    Expired,

    /// <summary>The run ended without it.</summary>
    NotNeeded,

    /// <summary>Not valid, and never will be: nothing is allowed.</summary>
    Refused,
}
