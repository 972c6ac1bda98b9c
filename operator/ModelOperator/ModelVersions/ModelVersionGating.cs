namespace ModelOperator.ModelVersions;

/// <summary>
/// What stands between verified bytes and Ready: the gates of the model, and being archived; pure. A version is judged once, before it is Ready; one that
/// did not pass is judged again when the gates change. One that is Ready stays so: tightening a gate takes nothing out of service.
/// </summary>
internal static class ModelVersionGating
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    /// <summary>The verdict with gates and archiving counted in.</summary>
    public static ModelVersionVerdict Apply(V1ModelVersion version, ModelVersionObserved seen, ModelVersionVerdict verdict)
    {
        var status = version.Status;
        if (verdict.Phase != ModelVersionPhase.Ready)
            return verdict with { Gates = status?.Gates, GatesHash = status?.GatesHash };
        var judged = Judged(version, seen, verdict);
        return judged.Phase == ModelVersionPhase.Ready && version.Spec.Archived && seen.UsedBy.Count == 0 && seen.Pinned.Count == 0
            ? judged with
            {
                Phase = ModelVersionPhase.Archived,
                Reason = ModelVersionReasons.Archived,
                Message = "Archived: it keeps its number and its bytes, gets no alias and cannot be deployed. spec.archived: false takes it back.",
            }
            : judged;
    }

    /// <summary>What uses a version that is to be archived; null when nothing does.</summary>
    public static string? Users(ModelVersionObserved seen) => (seen.UsedBy.Count, seen.Pinned.Count) switch
    {
        (0, 0) => null,
        (0, _) => $"alias {string.Join(", ", seen.Pinned)}",
        _ => $"CanaryDeployment {string.Join(", ", seen.UsedBy)}",
    };

    private static ModelVersionVerdict Judged(V1ModelVersion version, ModelVersionObserved seen, ModelVersionVerdict verdict)
    {
        var status = version.Status;
        if (status?.Phase is ModelVersionPhase.Ready or ModelVersionPhase.Archived)
            return verdict with { Gates = status.Gates, GatesHash = status.GatesHash };
        if (seen.Gates is not { } gates)
            return verdict;
        if (ModelGateJudge.Refusal(gates) is { } refusal)
            return Failed(verdict, $"The gates of Model {version.Spec.Model} cannot be judged: {refusal}");
        var hash = ModelGateJudge.HashOf(gates);
        var results = status?.GatesHash == hash && status.Gates is { } known
            ? known
            // What the spec says of the size is a claim; only of versions that an older release verified there is no better.
            : ModelGateJudge.Judge(
                gates, status?.Metrics ?? version.Spec.Metrics ?? [], seen.Verification?.SizeBytes ?? status?.SizeBytes ?? version.Spec.Artifact.SizeBytes, seen.Baselines);
        verdict = verdict with { Gates = results, GatesHash = hash };
        return results.All(static result => result.Passed)
            ? verdict
            : Failed(verdict, Failures(results) + ". Register a better version, or change spec.gates of the Model.");
    }

    // Nothing wakes a version when its Model's gates change: it looks now and then.
    private static ModelVersionVerdict Failed(ModelVersionVerdict verdict, string message) =>
        verdict with { Phase = ModelVersionPhase.Failed, Reason = ModelVersionReasons.GateFailed, Message = message, RequeueAfter = LookAgain };

    /// <summary>The gates that do not hold, with what was measured.</summary>
    public static string Failures(IReadOnlyList<ModelGateResult> results) => string.Join("; ", results.Where(static result => !result.Passed).Select(static result => result.Message));
}
