namespace ModelOperator.CarbonBudgets;

/// <summary>What happens to a run that does not fit what is left.</summary>
public enum CarbonBudgetEnforcement
{
    Queue,
    Deny,
    Warn,
    Audit,
}
