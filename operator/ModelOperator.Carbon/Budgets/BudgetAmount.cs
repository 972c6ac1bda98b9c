namespace ModelOperator.Carbon.Budgets;

/// <summary>What a run takes from a budget: emissions (mg CO2e) and energy of the facility (mWh). Signed: a debt is negative.</summary>
/// <param name="Emissions">mg CO2e.</param>
/// <param name="Energy">mWh, PUE included.</param>
public readonly record struct BudgetAmount(Emissions Emissions, Energy Energy)
{
    /// <summary>Nothing.</summary>
    public static BudgetAmount Zero => default;

    /// <summary>True when either part is below zero.</summary>
    public bool IsNegative => Emissions < Emissions.Zero || Energy < Energy.Zero;

    /// <summary>The larger of each part.</summary>
    public static BudgetAmount Max(BudgetAmount left, BudgetAmount right) =>
        new(Emissions.Max(left.Emissions, right.Emissions), Energy.Max(left.Energy, right.Energy));

    /// <summary>True when the other amount is not above this one in either part.</summary>
    public bool Covers(BudgetAmount other) => other.Emissions <= Emissions && other.Energy <= Energy;

    /// <summary>What is left after taking another amount off; never below zero.</summary>
    public BudgetAmount Less(BudgetAmount other) => Max(this - other, Zero);

    /// <summary>For people.</summary>
    public override string ToString() => $"{Emissions}, {Energy}";

    public static BudgetAmount operator +(BudgetAmount left, BudgetAmount right) =>
        new(left.Emissions + right.Emissions, left.Energy + right.Energy);

    /// <summary>A part of it, in whole units, rounded towards zero.</summary>
    public static BudgetAmount operator /(BudgetAmount amount, long divisor) =>
        new(new(amount.Emissions.Milligrams / divisor), new(amount.Energy.MilliwattHours / divisor));

    public static BudgetAmount operator -(BudgetAmount left, BudgetAmount right) =>
        new(left.Emissions - right.Emissions, left.Energy - right.Energy);
}
