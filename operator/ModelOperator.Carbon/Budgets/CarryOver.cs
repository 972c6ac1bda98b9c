namespace ModelOperator.Carbon.Budgets;

/// <summary>
/// What passes into the next window: its limit is limit + min(unused, UnusedPercent of limit) - debt, where debt is what was settled
/// beyond what was there.
/// </summary>
public sealed record CarryOver
{
    /// <summary>Keeps the policy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A percentage outside 0 to 100.</exception>
    public CarryOver(int unusedPercent = 0, bool debt = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(unusedPercent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unusedPercent, 100);
        UnusedPercent = unusedPercent;
        Debt = debt;
    }

    /// <summary>Nothing unused is carried; debt is.</summary>
    public static CarryOver Default { get; } = new();

    /// <summary>Most of the unused limit that is carried, in percent of the limit.</summary>
    public int UnusedPercent { get; }

    /// <summary>True when overspending is taken off the next window.</summary>
    public bool Debt { get; }

    /// <summary>
    /// The next window's carry for one dimension, in ledger units: min(unused, percent of limit) when something is left, minus the debt when
    /// too much was settled. No limit, no carry.
    /// </summary>
    internal long Next(long? limit, long carry, long settled)
    {
        if (limit is not { } most)
            return 0;
        var left = checked((long)((Int128)most + carry - settled));
        if (left < 0)
            return Debt ? left : 0;
        return Math.Min(left, (long)((Int128)most * UnusedPercent / 100));
    }
}
