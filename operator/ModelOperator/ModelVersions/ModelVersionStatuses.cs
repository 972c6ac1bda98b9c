using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.ModelVersions;

/// <summary>Builds the status of a version from a verdict; pure.</summary>
internal static class ModelVersionStatuses
{
    /// <summary>The whole next status.</summary>
    public static ModelVersionStatus Next(V1ModelVersion version, ModelVersionObserved seen, ModelVersionVerdict verdict, DateTimeOffset now)
    {
        var old = version.Status;
        var spec = version.Spec;
        var first = verdict.Phase == ModelVersionPhase.Ready && old?.VerifiedDigest is null;
        var unanswered = seen.Verification?.Outcome == ArtifactOutcome.Unavailable;
        var waiting = verdict.Reason == ModelVersionReasons.StoreUnavailable;
        return new ModelVersionStatus
        {
            ObservedGeneration = version.Metadata.Generation,
            Version = ModelVersionName.NumberOf(version),
            Phase = verdict.Phase,
            Reason = verdict.Reason,
            Message = verdict.Message,
            VerifiedDigest = first ? spec.Artifact.Digest : old?.VerifiedDigest,
            VerifiedTime = first ? now : old?.VerifiedTime,
            VerificationAttempts = unanswered ? (old?.VerificationAttempts ?? 0) + 1 : waiting ? old?.VerificationAttempts : null,
            NextVerificationTime = unanswered ? now + verdict.RequeueAfter : waiting ? old?.NextVerificationTime : null,
            Aliases = seen.Aliases.Count == 0 ? null : seen.Aliases,
            // What was accepted with the verified bytes stays, whatever a later edit of the spec says.
            Metrics = first ? spec.Metrics : old?.Metrics,
            Lineage = first ? spec.Lineage : old?.Lineage,
            Energy = first ? spec.Energy : old?.Energy,
            UsedBy = seen.UsedBy.Count == 0 ? null : seen.UsedBy,
            Conditions = ConditionsOf(version, verdict, now),
        };
    }

    private static List<V1Condition> ConditionsOf(V1ModelVersion version, ModelVersionVerdict verdict, DateTimeOffset now)
    {
        var generation = version.Metadata.Generation;
        var ready = verdict.Phase == ModelVersionPhase.Ready;
        var moving = verdict.Phase == ModelVersionPhase.Pending;
        var stalled = verdict.Phase == ModelVersionPhase.Failed;
        var list = Conditions.Set(version.Status?.Conditions, "Ready", ready, verdict.Reason, verdict.Message, generation, now);
        list = Conditions.Set(list, "Reconciling", moving, moving ? verdict.Reason : "Settled", moving ? verdict.Message : "Nothing is under way.", generation, now);
        list = Conditions.Set(list, "Stalled", stalled, stalled ? verdict.Reason : "AsExpected", stalled ? verdict.Message : "Nothing is in the way.", generation, now);
        var verified = verdict.Verified switch { true => Conditions.True, false => Conditions.False, null => Conditions.Unknown };
        return Conditions.Set(list, ModelVersionReasons.ArtifactVerified, verified, verdict.Reason, verdict.Message, generation, now);
    }
}
