using ModelOperator.Api;
using ModelOperator.Hosting;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>What the child run says about its trial. Pure.</summary>
/// <param name="Trial">The row as it is now.</param>
/// <param name="Energy">What the trial used, once it is over; null when nothing.</param>
internal sealed record SweepReading(SweepTrial Trial, EnergyRecord? Energy)
{
    /// <summary>Reads the child of a row that is not over.</summary>
    /// <param name="row">The row on record.</param>
    /// <param name="child">The child that the sweep controls, or null when the server has none.</param>
    /// <param name="run">The sweep.</param>
    /// <param name="options">Settings of the installation.</param>
    internal static SweepReading Of(SweepTrial row, V1TrainingRun? child, V1TrainingRun run, OperatorOptions options)
    {
        if (row.Uid is null && child is null)
            return new(row, null);
        if (child is null || (row.Uid is not null && child.Metadata.Uid != row.Uid))
            return Gone(row, run, options);
        row = row with { Uid = child.Metadata.Uid };
        return child.Status switch
        {
            { Phase: TrainingRunPhase.Succeeded } status => Succeeded(row, status, run.Spec.Sweep!.Objective),
            { Phase: TrainingRunPhase.Failed } status => Ended(row, status, StateOf(status), status.Reason ?? nameof(TrainingRunPhase.Failed)),
            { Attempts.Execution: > 0 } => new(row with { State = SweepTrialState.Running }, null),
            _ => new(row with { State = SweepTrialState.Waiting }, null),
        };
    }

    private static SweepTrialState StateOf(TrainingRunStatus status) => status.Reason switch
    {
        TrainingRunReasons.StoppedByUser => SweepTrialState.Stopped,
        TrainingRunReasons.RunDeleted => SweepTrialState.Disrupted,
        _ => SweepTrialState.Failed,
    };

    private static SweepReading Succeeded(SweepTrial row, TrainingRunStatus status, SweepObjective objective)
    {
        var metric = status.Metrics?.FirstOrDefault(m => m.Name == objective.Metric);
        if (metric is null || status.Artifact is null)
            return Ended(row, status, SweepTrialState.Failed, SweepReasons.MetricMissing);
        return DecimalText.Parse(metric.Value) is null
            ? Ended(row with { Value = metric.Value }, status, SweepTrialState.Failed, SweepReasons.MetricNotFinite)
            : Ended(row with { Value = metric.Value }, status, SweepTrialState.Succeeded, null);
    }

    private static SweepReading Ended(SweepTrial row, TrainingRunStatus status, SweepTrialState state, string? reason) => new(
        row with
        {
            State = state,
            Reason = reason,
            EnergyMilliwattHours = status.Energy?.EnergyMilliwattHours,
            EmissionsMilligrams = status.Energy?.EmissionsMilligrams,
        },
        status.Energy);

    /// <summary>A trial that was deleted at work used energy that nobody measured: it is counted as the ledger books it, by what was reserved.</summary>
    private static SweepReading Gone(SweepTrial row, V1TrainingRun run, OperatorOptions options)
    {
        var gone = row with { State = SweepTrialState.Disrupted, Reason = SweepReasons.TrialDeleted };
        if (row.State != SweepTrialState.Running || TrainingRunEstimates.Estimate(run.Spec, options, out _) is not { } estimate)
            return new(gone, null);
        // The estimate includes the facility's overhead, a record leaves it out of the energy.
        var energy = new EnergyRecord
        {
            EnergyMilliwattHours = (long)((Int128)estimate.EnergyMilliwattHoursP95 * 1000 / Math.Max(options.PueMilli, 1000)),
            EmissionsMilligrams = estimate.EmissionsMilligramsP95,
            IntensityMilligramsPerKwh = estimate.IntensityMilligramsPerKwh,
            PueMilli = options.PueMilli,
            Method = TrainingQuantities.Gpus(run.Spec.Resources) > 0 ? "ModelledGPU" : "ModelledCPU",
            CoveragePercent = 0,
        };
        return new(gone with { EnergyMilliwattHours = energy.EnergyMilliwattHours, EmissionsMilligrams = energy.EmissionsMilligrams }, energy);
    }
}
