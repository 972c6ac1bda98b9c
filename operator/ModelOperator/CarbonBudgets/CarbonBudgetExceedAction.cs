namespace ModelOperator.CarbonBudgets;

/// <summary>What happens to a run at work that has used up what is held for it while the budget has no room for more; the mildest first.</summary>
public enum CarbonBudgetExceedAction
{
    Warn,
    Pause,
    Fail,
}
