using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.ModelVersions;

/// <summary>Builds the status of a version from a verdict; pure.</summary>
internal static class ModelVersionStatuses
{
    private const int MaxMessage = 2000;

    /// <summary>The whole next status.</summary>
    public static ModelVersionStatus Next(V1ModelVersion version, ModelVersionObserved seen, ModelVersionVerdict verdict, DateTimeOffset now)
    {
        var old = version.Status;
        var spec = version.Spec;
        var first = verdict.Verified is true && old?.VerifiedDigest is null;
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
            SizeBytes = first ? seen.Verification?.SizeBytes : old?.SizeBytes,
            VerificationAttempts = unanswered ? (old?.VerificationAttempts ?? 0) + 1 : waiting ? old?.VerificationAttempts : null,
            NextVerificationTime = unanswered ? now + verdict.RequeueAfter : waiting ? old?.NextVerificationTime : null,
            Aliases = seen.Aliases.Count == 0 ? null : seen.Aliases,
            // What was accepted with the verified bytes stays, whatever a later edit of the spec says.
            Metrics = first ? spec.Metrics : old?.Metrics,
            Lineage = first ? spec.Lineage : old?.Lineage,
            Energy = first ? spec.Energy : old?.Energy,
            UsedBy = seen.UsedBy.Count == 0 ? null : seen.UsedBy,
            Gates = verdict.Gates,
            GatesHash = verdict.GatesHash,
            Conditions = ConditionsOf(version, seen, verdict, now),
        };
    }

    private static List<V1Condition> ConditionsOf(V1ModelVersion version, ModelVersionObserved seen, ModelVersionVerdict verdict, DateTimeOffset now)
    {
        var generation = version.Metadata.Generation;
        // An archived version is as its owner wants it.
        var ready = verdict.Phase is ModelVersionPhase.Ready or ModelVersionPhase.Archived;
        var moving = verdict.Phase == ModelVersionPhase.Pending;
        var stalled = verdict.Phase == ModelVersionPhase.Failed;
        var list = Conditions.Set(version.Status?.Conditions, "Ready", ready, verdict.Reason, verdict.Message, generation, now);
        list = Conditions.Set(list, "Reconciling", moving, moving ? verdict.Reason : "Settled", moving ? verdict.Message : "Nothing is under way.", generation, now);
        list = Conditions.Set(list, "Stalled", stalled, stalled ? verdict.Reason : "AsExpected", stalled ? verdict.Message : "Nothing is in the way.", generation, now);
        var verified = verdict.Verified switch { true => Conditions.True, false => Conditions.False, null => Conditions.Unknown };
        var (reason, message) = verdict.Reason is ModelVersionReasons.GateFailed or ModelVersionReasons.Archived
            ? (ModelVersionReasons.Verified, $"All bytes in the store were read and hash to {version.Spec.Artifact.Digest}.")
            : (verdict.Reason, verdict.Message);
        list = Conditions.Set(list, ModelVersionReasons.ArtifactVerified, verified, reason, message, generation, now);
        return Claiming(Archiving(Gating(list, verdict, generation, now), version, seen, verdict, now), version, seen, now);
    }

    private static List<V1Condition> Gating(List<V1Condition> list, ModelVersionVerdict verdict, long? generation, DateTimeOffset now)
    {
        if (verdict.Gates is not { } gates)
            return list;
        var passed = gates.All(static gate => gate.Passed);
        var message = passed ? string.Join("; ", gates.Select(static gate => gate.Message)) : ModelVersionGating.Failures(gates);
        return Conditions.Set(
            list, ModelVersionReasons.GatesPassed, passed, passed ? ModelVersionReasons.GatesPassed : ModelVersionReasons.GateFailed,
            message.Length <= MaxMessage ? message : message[..MaxMessage] + "…", generation, now);
    }

    /// <summary>There only while it is true: what nobody has to see to is not told.</summary>
    private static List<V1Condition> Claiming(List<V1Condition> list, V1ModelVersion version, ModelVersionObserved seen, DateTimeOffset now) => seen.RunConflict is { } conflict
        ? Conditions.Set(list, ModelVersionReasons.RunConflict, true, ModelVersionReasons.RunMadeAnother, conflict, version.Metadata.Generation, now)
        : [.. list.Where(static condition => condition.Type != ModelVersionReasons.RunConflict)];

    /// <summary>Told only where the spec asks for it, or did before.</summary>
    private static List<V1Condition> Archiving(List<V1Condition> list, V1ModelVersion version, ModelVersionObserved seen, ModelVersionVerdict verdict, DateTimeOffset now)
    {
        var archived = verdict.Phase == ModelVersionPhase.Archived;
        if (!version.Spec.Archived && Conditions.Find(version.Status?.Conditions, ModelVersionReasons.Archived) is null)
            return list;
        var (reason, message) = (archived, version.Spec.Archived, ModelVersionGating.Users(seen)) switch
        {
            (true, _, _) => (ModelVersionReasons.Archived, verdict.Message),
            (_, false, _) => ("NotAsked", "spec.archived is false."),
            (_, _, { } users) => (ModelVersionReasons.InUse, $"Used by {users}; it is archived when nothing uses it any more."),
            _ => (verdict.Reason, "Only a Ready version is archived."),
        };
        return Conditions.Set(list, ModelVersionReasons.Archived, archived, reason, message, version.Metadata.Generation, now);
    }
}
