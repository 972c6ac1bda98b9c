namespace ModelOperator.Carbon.Budgets;

/// <summary>Why a waiter may start or not.</summary>
public enum WaiterReason
{
    /// <summary>All matching budgets hold its reserve now.</summary>
    Granted,

    /// <summary>All matching budgets held its reserve before.</summary>
    AlreadyGranted,

    /// <summary>All matching budgets hold its reserve; at least one that only warns is beyond its limit.</summary>
    GrantedOverLimit,

    /// <summary>No budget matches; it may start.</summary>
    NoBudget,

    /// <summary>It fits a whole window but not what is left; it waits.</summary>
    BudgetExhausted,

    /// <summary>It does not fit even an empty window.</summary>
    NeverFits,

    /// <summary>A budget it names is not among those decided over; it waits.</summary>
    BudgetMissing,
}
