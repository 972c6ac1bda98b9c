using System.ComponentModel;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.CarbonBudgets;

/// <summary>What was settled in one hour or day of a window that moves with the time.</summary>
public sealed record CarbonSettledSum
{
    [Description("End of the hour or day; what was settled in it counts for the window's length from then on.")]
    public required DateTimeOffset Until { get; init; }

    [Description("Emissions in milligrams.")]
    public long Milligrams { get; init; }

    [Description("Energy in milliwatt-hours, PUE included.")]
    public long MilliwattHours { get; init; }

    [Description("Runs settled.")]
    public long Runs { get; init; }

    /// <summary>The sum of the account.</summary>
    internal RollingSum ToSum() => new(Until, new(new(Milligrams), new(MilliwattHours)), Runs);

    /// <summary>The sum of the object.</summary>
    internal static CarbonSettledSum Of(RollingSum sum) => new()
    {
        Until = sum.Until,
        Milligrams = sum.Amount.Emissions.Milligrams,
        MilliwattHours = sum.Amount.Energy.MilliwattHours,
        Runs = sum.Runs,
    };
}
