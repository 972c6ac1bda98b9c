using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;

namespace ModelOperator.TrainingRuns;

/// <summary>reuse: IfIdentical. The greenest run is the one not made: it asks no budget, makes no Pod and uses no energy.</summary>
public static partial class TrainingRunPlanner
{
    private static bool Reused(TrainingRunDraft draft)
    {
        if (draft.Run.Spec.Reuse != TrainingReuse.IfIdentical || draft.Counts.Execution > 0 || draft.Observed.Datasets is not { } datasets)
            return false;
        if (TrainingInputs.Hash(draft.Run.Spec, datasets, draft.Observed.Options, out var problem) is not { } hash)
        {
            draft.Condition(TrainingRunConditions.Reused, false, problem!.Value.Reason, problem.Value.Message);
            return false;
        }

        if (Identical(draft.Observed.Versions, hash) is not { } version)
        {
            draft.Condition(TrainingRunConditions.Reused, false, TrainingRunReasons.NothingIdentical, $"No Ready ModelVersion of {draft.Run.Spec.ModelName} was made from inputs {hash}.");
            return false;
        }

        var name = version.Metadata.Name;
        var message = $"ModelVersion {name} was made from identical inputs ({hash}); nothing was trained.";
        draft.Status = draft.Status with
        {
            ModelVersion = name,
            Metrics = version.Spec.Metrics,
            Resolved = TrainingResolution.Begin(draft.Run.Spec, datasets, draft.Observed.Options),
        };
        draft.Condition(TrainingRunConditions.Reused, true, TrainingRunReasons.ReusedExisting, message);
        draft.Condition(TrainingRunConditions.Registered, true, TrainingRunReasons.ReusedExisting, message);
        draft.End(true, TrainingRunReasons.ReusedExisting, message);
        return true;
    }

    /// <summary>The oldest that is Ready: all runs of equal inputs then agree on one.</summary>
    private static V1ModelVersion? Identical(IReadOnlyList<V1ModelVersion> versions, string hash) => versions
        .Where(v => !v.IsDeleting && v.Status?.Phase == ModelVersionPhase.Ready && v.Spec.Lineage?.InputHash == hash)
        .OrderBy(v => v.Metadata.CreationTimestamp)
        .ThenBy(v => v.Metadata.Name, StringComparer.Ordinal)
        .FirstOrDefault();
}
