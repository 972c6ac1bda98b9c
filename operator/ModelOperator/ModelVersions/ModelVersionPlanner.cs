using ModelOperator.Artifacts;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.ModelVersions;

/// <summary>
/// Decides a version's status; pure. Bytes are read once: a verified digest stays verified, a wrong one stays wrong, and a store
/// that gives no answer is asked again after a growing time, counted in the status.
/// </summary>
public static class ModelVersionPlanner
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan NotFoundPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RunPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// The digest whose bytes have to be read in this pass, or null: when the spec is wrong, the outcome is known, the announcement
    /// "Verifying" is not written yet, or the store is to be left alone for a while.
    /// </summary>
    public static Sha256Digest? DigestToVerify(V1ModelVersion version, DateTimeOffset now)
    {
        var status = version.Status;
        if (version.IsDeleting || ModelVersionValidation.Problem(version) is not null || status?.VerifiedDigest is not null || HasMismatch(version))
            return null;
        var announced = status?.Reason is ModelVersionReasons.Verifying or ModelVersionReasons.StoreUnavailable or ModelVersionReasons.ArtifactNotFound;
        var due = status?.NextVerificationTime is not { } next || next <= now;
        return announced && due && Sha256Digest.TryParse(version.Spec.Artifact.Digest, out var digest) ? digest : null;
    }

    /// <summary>The next status, and an event when the phase or reason changes.</summary>
    public static Plan<ModelVersionStatus> Decide(V1ModelVersion version, ModelVersionObserved seen, DateTimeOffset now)
    {
        if (version.IsDeleting)
            return Plan<ModelVersionStatus>.Steady(null);
        var verdict = ModelVersionGating.Apply(version, seen, Judge(version, seen, now));
        var status = ModelVersionStatuses.Next(version, seen, verdict, now);
        List<EventNote> events = version.Status?.Reason == verdict.Reason ? [] : [Note(verdict)];
        if (seen.RunConflict is { } conflict && Conditions.Find(version.Status?.Conditions, ModelVersionReasons.RunConflict) is null)
            events.Add(EventNote.Warning(ModelVersionReasons.RunConflict, conflict));
        // Nothing wakes a version when the run, or the other version, goes.
        var again = seen.RunConflict is not null && !(verdict.RequeueAfter < RunPause) ? RunPause : verdict.RequeueAfter;
        return Plan<ModelVersionStatus>.Steady(status, again) with { Events = [.. events] };
    }

    /// <summary>Pause before the store is asked again, by the number of attempts without an answer: 5 s, doubling, at most 5 minutes.</summary>
    public static TimeSpan PauseAfter(int attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Clamp(attempts - 1, 0, 16));
        return pause < LongestPause ? pause : LongestPause;
    }

    // Ordered rules; the first that holds names the reason.
    private static ModelVersionVerdict Judge(V1ModelVersion version, ModelVersionObserved seen, DateTimeOffset now)
    {
        var status = version.Status;
        var verification = seen.Verification;
        var digest = version.Spec.Artifact.Digest;
        if (ModelVersionValidation.Problem(version) is var (reason, message))
            return new(ModelVersionPhase.Failed, reason, message, null);
        if (status?.VerifiedDigest is { } verified && verified != digest)
            return new(
                ModelVersionPhase.Failed, ModelVersionReasons.ContentChanged,
                $"spec.artifact.digest was changed from {verified} to {digest}; a version's content is immutable. Put it back, or register the new bytes as a new version.", false);
        if (seen.Replaced is { } replaced)
            // A Model that is deleted forgets, and wakes nobody by that.
            return new(ModelVersionPhase.Failed, ModelVersionReasons.ContentReplaced, replaced, null, NotFoundPause);
        if (status?.VerifiedDigest is not null || verification?.Outcome == ArtifactOutcome.Verified)
            return new(ModelVersionPhase.Ready, ModelVersionReasons.Verified, $"All bytes in the store were read and hash to {digest}.", true);
        if (verification?.Outcome == ArtifactOutcome.Mismatch)
            return Mismatch(digest, verification.Detail);
        if (HasMismatch(version))
            return new(ModelVersionPhase.Failed, ModelVersionReasons.DigestMismatch, status!.Message ?? "", false);
        return verification?.Outcome switch
        {
            ArtifactOutcome.NotFound => NotFound(verification.Detail),
            ArtifactOutcome.Unavailable => Unavailable(status, verification.Detail),
            _ => Waiting(status, now),
        };
    }

    private static ModelVersionVerdict Mismatch(string digest, string detail) => new(
        ModelVersionPhase.Failed,
        ModelVersionReasons.DigestMismatch,
        $"The bytes in the store do not hash to {digest}: {detail}. Delete this version and register the model again.",
        false);

    private static ModelVersionVerdict NotFound(string detail) => new(
        ModelVersionPhase.Failed,
        ModelVersionReasons.ArtifactNotFound,
        $"The artifact store does not have the bytes: {detail}. Upload them; the store is asked again every {NotFoundPause.TotalSeconds:0} s.",
        false,
        NotFoundPause);

    private static ModelVersionVerdict Unavailable(ModelVersionStatus? status, string detail) => new(
        ModelVersionPhase.Pending,
        ModelVersionReasons.StoreUnavailable,
        $"The artifact store gives no answer, it is asked again: {detail}",
        null,
        PauseAfter((status?.VerificationAttempts ?? 0) + 1));

    /// <summary>Nothing was read in this pass: tell what is known, or announce that reading begins.</summary>
    private static ModelVersionVerdict Waiting(ModelVersionStatus? status, DateTimeOffset now) => status?.Reason switch
    {
        ModelVersionReasons.StoreUnavailable => new(
            ModelVersionPhase.Pending, status.Reason, status.Message ?? "", null, Until(status.NextVerificationTime, now)),
        ModelVersionReasons.ArtifactNotFound => new(
            ModelVersionPhase.Failed, status.Reason, status.Message ?? "", false, Until(status.NextVerificationTime, now)),
        _ => new(ModelVersionPhase.Pending, ModelVersionReasons.Verifying, "The bytes in the artifact store are being read.", null, Soon),
    };

    private static TimeSpan Until(DateTimeOffset? time, DateTimeOffset now) => time is { } at && at > now ? at - now : Soon;

    private static bool HasMismatch(V1ModelVersion version) =>
        version.Status?.Reason == ModelVersionReasons.DigestMismatch
        && Conditions.Find(version.Status.Conditions, ModelVersionReasons.ArtifactVerified) is { } condition
        && condition.Reason == ModelVersionReasons.DigestMismatch
        && condition.Message.Contains(version.Spec.Artifact.Digest, StringComparison.Ordinal);

    private static EventNote Note(ModelVersionVerdict verdict) => verdict.Phase == ModelVersionPhase.Failed || verdict.Reason == ModelVersionReasons.StoreUnavailable
        ? EventNote.Warning(verdict.Reason, verdict.Message)
        : EventNote.Normal(verdict.Reason, verdict.Message);
}
