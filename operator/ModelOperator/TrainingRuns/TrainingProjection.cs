using System.ComponentModel;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.TrainingRuns;

/// <summary>What a run at work asked the ledger for: sums over its life, all attempts, PUE included.</summary>
public sealed record TrainingProjection
{
    [Description("Energy burnt until then, in milliwatt-hours, PUE included.")]
    public long EnergyMilliwattHoursUsed { get; init; }

    [Description("Emissions caused until then, in milligrams of CO2 equivalent.")]
    public long EmissionsMilligramsUsed { get; init; }

    [Description("Energy that it still needed, in milliwatt-hours, PUE included.")]
    public long EnergyMilliwattHoursRemaining { get; init; }

    [Description("Emissions still to come, in milligrams of CO2 equivalent.")]
    public long EmissionsMilligramsRemaining { get; init; }

    [Description("What the projection rests on.")]
    public string? Basis { get; init; }

    /// <summary>Burnt until then.</summary>
    internal BudgetAmount Used => new(new(EmissionsMilligramsUsed), new(EnergyMilliwattHoursUsed));

    /// <summary>Still to come.</summary>
    internal BudgetAmount Remaining => new(new(EmissionsMilligramsRemaining), new(EnergyMilliwattHoursRemaining));

    /// <summary>Over the whole life.</summary>
    internal BudgetAmount Total => Used + Remaining;

    /// <summary>An ask.</summary>
    public static TrainingProjection Of(BudgetAmount used, BudgetAmount remaining, string? basis) => new()
    {
        EnergyMilliwattHoursUsed = used.Energy.MilliwattHours,
        EmissionsMilligramsUsed = used.Emissions.Milligrams,
        EnergyMilliwattHoursRemaining = remaining.Energy.MilliwattHours,
        EmissionsMilligramsRemaining = remaining.Emissions.Milligrams,
        Basis = basis,
    };
}
