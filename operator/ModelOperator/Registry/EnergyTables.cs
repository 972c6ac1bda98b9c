using ModelOperator.TrainingRuns;
using static ModelOperator.Registry.ColumnKind;

namespace ModelOperator.Registry;

/// <summary>Energy by run and hour.</summary>
public static class EnergyTables
{
    /// <summary>Hours as booked.</summary>
    public static RegistryTable Hours { get; } = RegistryTable.Replacing(
        "run_energy_hours", null,
        new("run_uid", Text, true), new("hour", Time, true), new("namespace", Text), new("zone", Text), new("seconds", Number), new("energy_milliwatt_hours", Number),
        new("energy_method", Text), new("pue_milli", Number), new("emissions_milligrams", Number), new("intensity_milligrams_per_kwh", Number),
        new("intensity_quality", Text), new("intensity_source", Text));

    /// <summary>Hours costed again.</summary>
    public static RegistryTable Recosts { get; } = RegistryTable.Appending(
        "run_energy_recosts",
        new("run_uid", Text, true), new("hour", Time, true), new("namespace", Text), new("energy_milliwatt_hours", Number, true), new("emissions_milligrams", Number),
        new("intensity_milligrams_per_kwh", Number), new("intensity_quality", Text, true), new("intensity_source", Text));

    /// <summary>The hours of a run.</summary>
    /// <param name="uid">UID of the run.</param>
    /// <param name="space">Its namespace.</param>
    /// <param name="status">Its status.</param>
    public static IEnumerable<RegistryRow> Of(string uid, string space, TrainingRunStatus? status) => status is not { Energy: { } energy, EnergyHours: { } hours } ? [] : hours.Select(hour => Hours.Row(
        ("run_uid", uid), ("hour", hour.Start), ("namespace", space), ("zone", status.Resolved?.Zone), ("seconds", hour.Seconds), ("energy_milliwatt_hours", hour.EnergyMilliwattHours),
        ("energy_method", energy.Method), ("pue_milli", Math.Max(energy.PueMilli, 1000)), ("emissions_milligrams", hour.EmissionsMilligrams),
        ("intensity_milligrams_per_kwh", hour.IntensityMilligramsPerKwh), ("intensity_quality", hour.IntensityQuality), ("intensity_source", hour.IntensitySource)));
}
