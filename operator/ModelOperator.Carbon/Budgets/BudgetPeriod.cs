namespace ModelOperator.Carbon.Budgets;

/// <summary>How often a budget begins again.</summary>
public enum BudgetPeriod
{
    /// <summary>Each calendar month.</summary>
    Month,

    /// <summary>Each day, midnight to midnight.</summary>
    Day,

    /// <summary>Each week, from Monday (ISO 8601).</summary>
    Week,

    /// <summary>Each run by itself; nothing adds up over runs and nothing resets.</summary>
    PerRun,

    /// <summary>Never: what was settled counts until it is older than a length.</summary>
    Rolling,
}
