namespace ModelOperator.Carbon.Budgets;

/// <summary>The window [Start, End) of a budget, in UTC.</summary>
/// <param name="Start">Start, included.</param>
/// <param name="End">End, excluded: the reset.</param>
public readonly record struct BudgetWindow(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>The window of a budget that never resets.</summary>
    public static BudgetWindow Always { get; } = new(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    /// <summary>True when the window ends some day.</summary>
    public bool Resets => End != DateTimeOffset.MaxValue;

    /// <summary>True for Start &lt;= at &lt; End.</summary>
    public bool Contains(DateTimeOffset at) => Start <= at && at < End;

    /// <summary>For people: <c>[2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z)</c>.</summary>
    public override string ToString() => $"[{Iso.Format(Start)}, {Iso.Format(End)})";
}
