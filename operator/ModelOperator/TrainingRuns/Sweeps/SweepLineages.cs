using ModelOperator.Api;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>What a version that a sweep found says about its origin. Pure.</summary>
internal static class SweepLineages
{
    /// <summary>The lineage; null for a run without a sweep.</summary>
    internal static SweepLineage? Of(TrainingRunSpec spec, TrainingRunStatus status)
    {
        if (spec.Sweep is not { } sweep || status.Sweep is not { Best: { } best } found)
            return null;
        return new SweepLineage
        {
            Trial = new ObjectSource { Name = best.Run, Uid = best.Uid },
            Choice = best.Choice,
            Algorithm = sweep.Algorithm.ToString(),
            Metric = sweep.Objective.Metric,
            Value = best.Value,
            Reason = found.Reason,
            Trials = found.Trials?.Count ?? 0,
            Succeeded = found.Succeeded,
            Failed = found.Failed,
            TrialEnergyMilliwattHours = best.EnergyMilliwattHours,
            TrialEmissionsMilligrams = best.EmissionsMilligrams,
        };
    }
}
