using System.ComponentModel;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets;

/// <summary>The ledger. Written by compare-and-swap, by the ledger alone.</summary>
public sealed record CarbonBudgetStatus
{
    [Description("Generation of the spec that this status speaks of.")]
    public long? ObservedGeneration { get; init; }

    [Description("Start of the window; absent for a limit per run and for a window that moves with the time.")]
    public DateTimeOffset? WindowStart { get; init; }

    [Description("End of the window: when the sums start again; absent for a limit per run and for a window that moves with the time.")]
    public DateTimeOffset? WindowEnd { get; init; }

    [Description("Limit in milligrams of CO2 equivalent, absent when not limited.")]
    public long? LimitMilligrams { get; init; }

    [Description("Limit in milliwatt-hours, absent when not limited.")]
    public long? LimitMilliwattHours { get; init; }

    [Description("Emissions of finished runs in this window, in milligrams.")]
    public long SettledMilligrams { get; init; }

    [Description("Energy of finished runs in this window, in milliwatt-hours, PUE included.")]
    public long SettledMilliwattHours { get; init; }

    [Description("With window Rolling, when what is settled was: sums of hours, of a window above 7 days sums of days; absent with other windows.")]
    [MaxItems(400)]
    public IReadOnlyList<CarbonSettledSum>? SettledSums { get; init; }

    [Description("Emissions reserved by runs that have not finished, in milligrams.")]
    public long ReservedMilligrams { get; init; }

    [Description("Energy reserved by runs that have not finished, in milliwatt-hours.")]
    public long ReservedMilliwattHours { get; init; }

    [Description("Overdraft of the last window that this one starts with, in milligrams.")]
    public long DebtMilligrams { get; init; }

    [Description("Overdraft of the last window that this one starts with, in milliwatt-hours.")]
    public long DebtMilliwattHours { get; init; }

    [Description("What earlier windows left unused and this one may use besides its limit, in milligrams.")]
    public long? CarriedMilligrams { get; init; }

    [Description("What earlier windows left unused and this one may use besides its limit, in milliwatt-hours.")]
    public long? CarriedMilliwattHours { get; init; }

    [Description("The highest of spec.thresholds that was reached in this window.")]
    public int? ThresholdReached { get; init; }

    [Description("Runs settled in this window.")]
    public long SettledRuns { get; init; }

    [Description("Reservations in force, one per run.")]
    public IReadOnlyList<CarbonHold>? Holds { get; init; }

    [Description("Runs that wait for room.")]
    public int WaitingRuns { get; init; }

    [Description("Used and limit for people, for example \"1.204 / 50 g\".")]
    public string? Emissions { get; init; }

    [Description("Used and limit for people, for example \"0.003 / 2 kWh\".")]
    public string? Energy { get; init; }

    [Description("Ready, Reconciling, Stalled, Exceeded.")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
