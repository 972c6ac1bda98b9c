namespace ModelOperator.Carbon.Budgets;

/// <summary>What a budget does with a run that does not fit.</summary>
public enum BudgetEnforcement
{
    /// <summary>The run waits until it fits.</summary>
    Queue,

    /// <summary>The run is refused at creation; one that is there all the same waits, as with <see cref="Queue"/>.</summary>
    Deny,

    /// <summary>The run starts, is booked, and a warning says by how much it goes beyond.</summary>
    Warn,

    /// <summary>The run starts and is booked; nobody is told.</summary>
    Audit,
}
