using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.ModelVersions;

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

        if (FailedGates(draft, draft.Observed.Model) is { } failures)
        {
            draft.Condition(TrainingRunConditions.Registered, false, TrainingRunReasons.GateFailed, failures);
            draft.End(false, TrainingRunReasons.GateFailed, $"{failures}. No ModelVersion is made; the result stays published as {draft.Status.Artifact.Uri}.");
            return true;
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

    /// <summary>The gates of the Model that the result does not pass, with what was measured; null when it passes.</summary>
    private static string? FailedGates(TrainingRunDraft draft, V1Model model)
    {
        if (model.Spec.Gates is not { } gates)
            return null;
        if (ModelGateJudge.Refusal(gates) is { } refusal)
            return $"The gates of Model {model.Metadata.Name} cannot be judged: {refusal.TrimEnd('.')}";
        var results = ModelGateJudge.Judge(gates, draft.Status.Metrics ?? [], draft.Status.Artifact?.SizeBytes, draft.Observed.Baselines);
        return results.All(static result => result.Passed) ? null : ModelVersionGating.Failures(results);
    }

    private static bool Wait(TrainingRunDraft draft, string message)
    {
        draft.Condition(TrainingRunConditions.Registered, false, TrainingRunReasons.WaitingForVersionNumber, message);
        draft.Progressing(TrainingRunPhase.Registering, TrainingRunReasons.WaitingForVersionNumber, message);
        return true;
    }
}
