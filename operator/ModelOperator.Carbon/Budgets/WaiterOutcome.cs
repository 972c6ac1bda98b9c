namespace ModelOperator.Carbon.Budgets;

/// <summary>The decision about one waiter.</summary>
/// <param name="RunUid">UID of the run.</param>
/// <param name="Reason">Why it may start or not.</param>
/// <param name="Message">For people: budget, needed, available and reset where it matters.</param>
/// <param name="Shortfall">The first budget, by name, that lacks room; null when none does.</param>
public sealed record WaiterOutcome(string RunUid, WaiterReason Reason, string Message, BudgetShortfall? Shortfall = null)
{
    /// <summary>True when the run may start.</summary>
    public bool MayStart => Reason is WaiterReason.Granted or WaiterReason.AlreadyGranted or WaiterReason.GrantedOverLimit or WaiterReason.NoBudget;
}
