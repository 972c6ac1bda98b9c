namespace ModelOperator.Carbon.Budgets;

/// <summary>Why an amount does not fit a budget.</summary>
/// <param name="Budget">Name of the budget.</param>
/// <param name="Needed">What was asked for beyond what is already held for the run.</param>
/// <param name="Limits">The limits of the whole window.</param>
/// <param name="AvailableEmissions">What is left, negative when overspent; null without such a limit.</param>
/// <param name="AvailableEnergy">What is left, negative when overspent; null without such a limit.</param>
/// <param name="NeverFits">True when it does not fit even into an empty window: waiting does not help.</param>
/// <param name="ResetsAt">
/// When the next window begins, or enough of what was settled is older than a window that moves with the time; null where time alone makes no room.
/// </param>
public sealed record BudgetShortfall(
    string Budget, BudgetAmount Needed, BudgetLimits Limits, Emissions? AvailableEmissions, Energy? AvailableEnergy, bool NeverFits,
    DateTimeOffset? ResetsAt)
{
    /// <summary>Kind of the budget, for people.</summary>
    public string Kind { get; init; } = BudgetLedger.DefaultKind;

    /// <summary>Length of a window that moves with the time; null where windows follow each other.</summary>
    public TimeSpan? Rolling { get; init; }

    /// <summary>Names the budget, and for each limit that does not hold what is needed and available; then what to do or when it resets.</summary>
    public string Message
    {
        get
        {
            var parts = new List<string>();
            if (AvailableEmissions is { } emissions && Needed.Emissions > emissions)
                parts.Add($"needed {Needed.Emissions}, available {emissions} of {Limits.Emissions}");
            if (AvailableEnergy is { } energy && Needed.Energy > energy)
                parts.Add($"needed {Needed.Energy}, available {energy} of {Limits.Energy}");
            if (parts.Count == 0)
                parts.Add($"needed {Needed}, more than a ledger holds");
            var advice = NeverFits ? " It does not fit even an empty window: make the run smaller or raise the limit." : string.Empty;
            return $"{Kind} {Budget}: {string.Join("; ", parts)}.{advice}{Reset}";
        }
    }
    private string Reset => (ResetsAt, Rolling) switch
    {
        ({ } at, null) => $" The budget resets at {Iso.Format(at)}.",
        ({ } at, { } length) => $" Enough of what was settled is older than {RollingSums.Text(length)} from {Iso.Format(at)} on.",
        (null, not null) when !NeverFits => " Only the end of other runs makes room.",
        _ => string.Empty,
    };
}
