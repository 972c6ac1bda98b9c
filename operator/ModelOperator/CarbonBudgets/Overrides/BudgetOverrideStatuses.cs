using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>Conditions of an override, and the events that their changes are. Pure.</summary>
public static class BudgetOverrideStatuses
{
    /// <summary>The status with its conditions: what is used, run out or not needed is as it should be; what is refused never will be.</summary>
    public static BudgetOverrideStatus Set(V1BudgetOverride one, BudgetOverrideStatus next, string reason, string message, DateTimeOffset now)
    {
        var generation = one.Metadata.Generation;
        var (pending, refused) = (next.Phase == BudgetOverridePhase.Pending, next.Phase == BudgetOverridePhase.Refused);
        var conditions = Conditions.Set(next.Conditions, "Ready", !pending && !refused, reason, message, generation, now);
        conditions = Conditions.Set(conditions, "Reconciling", pending, pending ? reason : "Settled", pending ? message : "The ledger is in step.", generation, now);
        conditions = Conditions.Set(conditions, "Stalled", refused, refused ? reason : "AsExpected", refused ? message : "Nothing is in the way.", generation, now);
        return next with { ObservedGeneration = generation, Conditions = conditions };
    }

    /// <summary>The event of a change of phase; null when it did not change.</summary>
    public static EventNote? Note(BudgetOverrideStatus? old, BudgetOverrideStatus next)
    {
        if (old?.Phase == next.Phase || Conditions.Find(next.Conditions, "Ready") is not { } ready)
            return null;
        return next.Phase is BudgetOverridePhase.Refused or BudgetOverridePhase.Used
            ? EventNote.Warning(ready.Reason, ready.Message)
            : EventNote.Normal(ready.Reason, ready.Message);
    }
}
