using ModelOperator.TrainingRuns;
using static ModelOperator.Registry.ColumnKind;

namespace ModelOperator.Registry;

/// <summary>Accounts of runs.</summary>
public static class AccountTables
{
    /// <summary>Phases of runs.</summary>
    public static RegistryTable Phases { get; } = RegistryTable.Replacing(
        "run_phases", null,
        new("run_uid", Text, true), new("phase", Text, true), new("namespace", Text), new("seconds", Number), new("gpu_seconds", Number), new("energy_milliwatt_hours", Number),
        new("emissions_milligrams", Number), new("cost_micros", Number));

    /// <summary>The phases of a run.</summary>
    /// <param name="uid">UID of the run.</param>
    /// <param name="space">Its namespace.</param>
    /// <param name="accounts">Its accounts.</param>
    public static IEnumerable<RegistryRow> Of(string uid, string space, TrainingAccounts? accounts) => (accounts?.Phases ?? []).Select(phase => Phases.Row(
        ("run_uid", uid), ("phase", phase.Phase), ("namespace", space), ("seconds", phase.Seconds), ("gpu_seconds", phase.GpuSeconds),
        ("energy_milliwatt_hours", phase.EnergyMilliwattHours), ("emissions_milligrams", phase.EmissionsMilligrams), ("cost_micros", phase.CostMicros)));
}
