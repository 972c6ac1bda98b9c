namespace ModelOperator.CarbonBudgets;

/// <summary>What a limit of emissions does with a run whose grid nobody knows.</summary>
public enum CarbonBudgetIntensityUnavailable
{
    /// <summary>The last known value for some hours, then the same hour of other days, then the yearly table, each with its wider band.</summary>
    LastKnown,

    /// <summary>Nothing starts until a source answers.</summary>
    Deny,
}
