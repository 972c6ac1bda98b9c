namespace ModelOperator.Carbon.Budgets;

/// <summary>The limits of one window; every limit that is set must hold. With none set nothing is ever refused.</summary>
public sealed record BudgetLimits
{
    /// <summary>Keeps the limits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative limit, or one above <see cref="BudgetLedger.MaxUnits"/>.</exception>
    public BudgetLimits(Emissions? emissions, Energy? energy)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(emissions?.Milligrams ?? 0, nameof(emissions));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(emissions?.Milligrams ?? 0, BudgetLedger.MaxUnits, nameof(emissions));
        ArgumentOutOfRangeException.ThrowIfNegative(energy?.MilliwattHours ?? 0, nameof(energy));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(energy?.MilliwattHours ?? 0, BudgetLedger.MaxUnits, nameof(energy));
        Emissions = emissions;
        Energy = energy;
    }

    /// <summary>Greatest emissions, or null for no such limit.</summary>
    public Emissions? Emissions { get; }

    /// <summary>Greatest energy, or null for no such limit.</summary>
    public Energy? Energy { get; }
}
