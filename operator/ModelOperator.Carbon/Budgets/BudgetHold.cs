namespace ModelOperator.Carbon.Budgets;

/// <summary>What a budget keeps for one run that has not settled. A hold exists exactly as long as its run is not settled.</summary>
/// <param name="RunUid">UID of the run; the identity of the hold.</param>
/// <param name="RunName">namespace/name of the run, for people.</param>
/// <param name="Reserved">What is kept.</param>
/// <param name="ReservedAt">When it was first kept.</param>
public sealed record BudgetHold(string RunUid, string RunName, BudgetAmount Reserved, DateTimeOffset ReservedAt)
{
    /// <summary>What the run has burnt and the ledger has booked already; <see cref="Reserved"/> is on top of it.</summary>
    public BudgetAmount Booked { get; init; }

    /// <summary>What the run was last refused, as a sum over its life; null when it has what it asked for.</summary>
    public BudgetAmount? Refused { get; init; }

    /// <summary>What of it an override let beyond the limit. It is booked like the rest, so what is used of it becomes debt.</summary>
    public BudgetAmount Overridden { get; init; }

    /// <summary>The override that did; null when none was needed.</summary>
    public string? OverrideUid { get; init; }

    /// <summary>Booked and reserved: what the run may burn over its life.</summary>
    public BudgetAmount Total => Booked + Reserved;

    /// <summary>What stays beyond the limit when the run has used so much over its life: what it does not use was the last to be let in.</summary>
    public BudgetAmount OverriddenAt(BudgetAmount measured) => Overridden.Less(Total.Less(measured));
}
