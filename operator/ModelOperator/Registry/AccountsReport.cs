namespace ModelOperator.Registry;

/// <summary>Accounts over a time.</summary>
public sealed record AccountsReport
{
    /// <summary>What the lines are of.</summary>
    public required string By { get; init; }

    /// <summary>Runs that began, and hours of serving, from here on; all when null.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The same, before; all when null.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The lines, by emissions, largest first.</summary>
    public required IReadOnlyList<AccountLine> Lines { get; init; }

    /// <summary>What is not in it, and why.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
