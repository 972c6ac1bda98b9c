namespace ModelOperator.CarbonBudgets;

/// <summary>Length of a budget's window.</summary>
public enum CarbonBudgetWindow
{
    Month,
    Week,
    Day,
    PerRun,
    Rolling,
}
