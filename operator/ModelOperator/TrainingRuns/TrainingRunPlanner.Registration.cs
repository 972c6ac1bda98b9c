using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>From the published artifact to the ModelVersion.</summary>
public static partial class TrainingRunPlanner
{
    private static bool Registering(TrainingRunDraft draft)
    {
        if (draft.Status.Artifact is null)
            return false;
        if (draft.Run.Spec.Output is { Register: false })
        {
            draft.End(true, TrainingRunReasons.Published, $"Published as {draft.Status.Artifact.Uri}; output.register is false, so no ModelVersion is made.");
            return true;
        }

        if (draft.Observed.Version is { } version && version.Spec.TrainingRun?.Uid == draft.Run.Metadata.Uid)
        {
            var name = version.Metadata.Name;
            draft.Status = draft.Status with { ModelVersion = name };
            draft.Condition(TrainingRunConditions.Registered, true, TrainingRunReasons.Registered, $"ModelVersion {name} holds the result.");
            draft.End(true, TrainingRunReasons.Succeeded, $"Registered as ModelVersion {name}.");
            return true;
        }

        if (draft.Observed.Model is null)
        {
            draft.Want(Intent.Ensure(ModelOperatorDescriptors.Models, TrainingRunChildren.Model(draft.Run), EnsureMode.CreateOnly, owned: false));
            return Wait(draft, $"Model {draft.Run.Spec.ModelName} is being created.");
        }

        var allocation = draft.Observed.Model.Status?.Allocations?.FirstOrDefault(a => a.RunUid == draft.Run.Metadata.Uid);
        if (allocation is null)
            return Wait(draft, $"Waiting for Model {draft.Run.Spec.ModelName} to give a version number.");
        var wanted = TrainingRunChildren.VersionName(draft.Run, allocation.Number);
        if (draft.Observed.Version is not null)
        {
            var message = $"ModelVersion {wanted} exists and is not of this run; delete or rename it.";
            draft.Condition(TrainingRunConditions.Registered, false, TrainingRunReasons.NameConflict, message);
            draft.Progressing(TrainingRunPhase.Registering, TrainingRunReasons.NameConflict, message, stalled: true);
            return true;
        }

        draft.Want(Intent.Ensure(
            ModelOperatorDescriptors.ModelVersions, TrainingRunChildren.Version(draft.Run, draft.Status, allocation.Number), EnsureMode.CreateOnly, owned: false));
        draft.Condition(TrainingRunConditions.Registered, false, TrainingRunReasons.CreatingModelVersion, $"ModelVersion {wanted} is being created.");
        draft.Progressing(TrainingRunPhase.Registering, TrainingRunReasons.CreatingModelVersion, $"ModelVersion {wanted} is being created.");
        return true;
    }

    private static bool Wait(TrainingRunDraft draft, string message)
    {
        draft.Condition(TrainingRunConditions.Registered, false, TrainingRunReasons.WaitingForVersionNumber, message);
        draft.Progressing(TrainingRunPhase.Registering, TrainingRunReasons.WaitingForVersionNumber, message);
        return true;
    }
}
