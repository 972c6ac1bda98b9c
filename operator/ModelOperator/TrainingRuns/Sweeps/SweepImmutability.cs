namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>What of a sweep and of its trials may change. Pure.</summary>
internal static class SweepImmutability
{
    /// <summary>What may not change, naming the field; null when all changes are allowed.</summary>
    internal static string? Check(V1TrainingRun old, V1TrainingRun run)
    {
        if (SweepChild.IsTrial(old))
            return $"spec cannot change: the run is trial of sweep {old.Metadata.OwnerReferences?.Find(static o => o.Controller == true)?.Name}, and a trial is what the sweep's record says. Change the sweep before its first trial, or create a new one.";
        if (old.Spec.Sweep is null != run.Spec.Sweep is null)
            return $"spec.sweep cannot be {(run.Spec.Sweep is null ? "removed" : "added")} after the creation: a run trains by itself or by its trials. Create a new TrainingRun.";
        if (old.Status?.Sweep?.Trials is not { Count: > 0 })
            return null;
        if (TrainingRunImmutability.Check(old.Spec with { Sweep = null }, run.Spec with { Sweep = null }) is { } template)
            return template;
        return SweepInputs.Digest(old.Spec) == SweepInputs.Digest(run.Spec) ? null
            : "spec.sweep cannot change after the first trial, except parallelism and maxFailedTrials: trials that were made by different rules cannot be compared. Create a new TrainingRun.";
    }
}
