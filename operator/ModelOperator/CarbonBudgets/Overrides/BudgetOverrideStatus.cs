using System.ComponentModel;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>What became of an override. Written by compare-and-swap, by the ledger alone.</summary>
public sealed record BudgetOverrideStatus
{
    [Description("Generation of the spec that this status speaks of.")]
    public long? ObservedGeneration { get; init; }

    [Description("Pending, Ready, Used, Expired, NotNeeded or Refused.")]
    public BudgetOverridePhase Phase { get; init; }

    [Description("UID of the run that it is for, kept before anything is allowed: another run of the same name never gets it.")]
    public string? RunUid { get; init; }

    [Description("The run that went beyond the limit by it.")]
    public BudgetOverrideRun? UsedBy { get; init; }

    [Description("When that was first seen.")]
    public DateTimeOffset? UsedAt { get; init; }

    [Description("Emissions beyond the limit that are held or booked by it, in milligrams; final when the run is over.")]
    public long? BookedMilligrams { get; init; }

    [Description("Energy beyond the limit that is held or booked by it, in milliwatt-hours; final when the run is over.")]
    public long? BookedMilliwattHours { get; init; }

    [Description("The same for people, for example \"0.2 gCO2e, 0.0004 kWh\".")]
    public string? Booked { get; init; }

    [Description("Ready, Reconciling, Stalled.")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
