using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>When a run that is over lets go of its children, or goes itself. Pure.</summary>
public static class TrainingRunExpiry
{
    private const string ArgoTrackingAnnotation = "argocd.argoproj.io/tracking-id";
    private const string ArgoTrackingLabel = "app.kubernetes.io/instance";

    /// <summary>What the run's ttl says; the default where it says nothing.</summary>
    public static TrainingTtl Of(TrainingRunSpec spec) => spec.Ttl ?? new();

    /// <summary>
    /// What Argo CD knows the run by, or null. What Argo CD tracks it makes again when it is deleted: the run would train again, for ever.
    /// </summary>
    public static string? TrackedBy(V1TrainingRun run)
    {
        if (run.Metadata.Annotations?.ContainsKey(ArgoTrackingAnnotation) == true)
            return $"annotation {ArgoTrackingAnnotation}";
        return run.Metadata.Labels?.ContainsKey(ArgoTrackingLabel) == true ? $"label {ArgoTrackingLabel}" : null;
    }

    /// <summary>Why the policy Self is not carried out; null when it is.</summary>
    public static string? Refusal(V1TrainingRun run) => TrackedBy(run) is { } mark
        ? $"spec.ttl.policy: Self is not carried out: Argo CD seems to track the run ({mark}) and would make it again, which trains again. Its children go instead."
        : null;

    /// <summary>When the run's time is up; null when it never is, or when all was done.</summary>
    public static DateTimeOffset? DueAt(V1TrainingRun run)
    {
        var ttl = Of(run.Spec);
        if (run.IsDeleting || ttl.Policy == TrainingTtlPolicy.None || run.Status is not { Phase: TrainingRunPhase.Succeeded or TrainingRunPhase.Failed, CompletionTime: { } end })
            return null;
        if (run.Status.ChildrenRemovedTime is not null && (ttl.Policy == TrainingTtlPolicy.Children || TrackedBy(run) is not null))
            return null;
        return end + TimeSpan.FromSeconds(ttl.SecondsAfterFinished);
    }

    /// <summary>Whether the children have to be looked up now.</summary>
    public static bool AsksForLeftovers(V1TrainingRun run, DateTimeOffset now) =>
        run.Status?.ChildrenRemovedTime is null && DueAt(run) is { } due && now >= due
        && (Of(run.Spec).Policy == TrainingTtlPolicy.Children || TrackedBy(run) is not null);
}
