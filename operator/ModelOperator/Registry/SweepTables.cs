using System.Collections.Immutable;
using System.Globalization;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;
using static ModelOperator.Registry.ColumnKind;

namespace ModelOperator.Registry;

/// <summary>Trials of sweeps as rows; pure.</summary>
public static class SweepTables
{
    /// <summary>Trials, as their sweep tells them.</summary>
    public static RegistryTable SweepTrials { get; } = RegistryTable.Replacing(
        "sweep_trials", null,
        new("sweep_uid", Text, true), new("trial", Number, true), new("namespace", Text), new("run", Text), new("run_uid", Text), new("state", Text),
        new("reason", Text), new("rung", Number), new("choice", Text), new("value", Text), new("params", Json), new("energy_milliwatt_hours", Number),
        new("emissions_milligrams", Number), new("best", Flag));

    /// <summary>Rows of a sweep's trials; none for any other run.</summary>
    /// <param name="run">Run.</param>
    /// <param name="uid">Its UID.</param>
    /// <param name="space">Its namespace.</param>
    public static ImmutableArray<RegistryRow> Of(V1TrainingRun run, string uid, string space) =>
    [
        .. (run.Status?.Sweep?.Trials ?? []).Select(trial => SweepTrials.Row(
            ("sweep_uid", uid), ("trial", trial.Trial), ("namespace", space), ("run", SweepChild.NameOf(run.Metadata.Name, trial.Trial)), ("run_uid", trial.Uid),
            ("state", trial.State.ToString()), ("reason", trial.Reason), ("rung", trial.Rung), ("choice", trial.Choice), ("value", trial.Value),
            ("params", RegistryJson.Strings(trial.Params)), ("energy_milliwatt_hours", trial.EnergyMilliwattHours),
            ("emissions_milligrams", trial.EmissionsMilligrams), ("best", trial.Trial == run.Status!.Sweep!.Best?.Trial))),
    ];

    /// <summary>Number of the trial that a run is; null for one that is none.</summary>
    internal static long? TrialOf(V1TrainingRun run) =>
        SweepChild.IsTrial(run) && long.TryParse(run.Metadata.Labels?.GetValueOrDefault(SweepChild.TrialLabel), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
