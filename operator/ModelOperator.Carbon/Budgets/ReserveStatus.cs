namespace ModelOperator.Carbon.Budgets;

/// <summary>What became of a request to reserve.</summary>
public enum ReserveStatus
{
    /// <summary>It fits and is held now.</summary>
    Held,

    /// <summary>The run held something already; the first amount stays.</summary>
    AlreadyHeld,

    /// <summary>It does not fit, but the budget only warns or audits: it is held all the same.</summary>
    HeldOverLimit,

    /// <summary>It does not fit; nothing changed.</summary>
    Refused,
}
