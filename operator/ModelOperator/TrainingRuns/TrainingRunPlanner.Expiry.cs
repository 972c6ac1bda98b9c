using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>After the end: spec.ttl. Deletions are retried until nothing is seen any more; only then it is on record that all is gone.</summary>
public static partial class TrainingRunPlanner
{
    private static readonly TimeSpan ExpiryPause = TimeSpan.FromSeconds(5);

    private static void Expire(TrainingRunDraft draft)
    {
        if (TrainingRunExpiry.DueAt(draft.Run with { Status = draft.Status }) is not { } due)
            return;
        if (draft.Now < due)
            draft.LookAgainAt(due);
        else if (TrainingRunExpiry.Of(draft.Run.Spec).Policy == TrainingTtlPolicy.Self && TrainingRunExpiry.TrackedBy(draft.Run) is null)
            ExpireSelf(draft);
        else
            ExpireChildren(draft);
    }

    /// <summary>The ledger settles a run while it is there: a reserve of a run that is gone is booked whole.</summary>
    private static void ExpireSelf(TrainingRunDraft draft)
    {
        if (draft.Observed.Holding.Count == 0)
            draft.Want(Intent.Remove(ModelOperatorDescriptors.TrainingRuns, draft.Run));
        draft.LookAgain(ExpiryPause);
    }

    private static void ExpireChildren(TrainingRunDraft draft)
    {
        if (draft.Observed.Leftovers is not { } left)
        {
            draft.LookAgain(ExpiryPause);
            return;
        }

        Intent[] removals =
        [
            .. draft.OwnPods.Where(p => !p.IsDeleting).Select(p => Intent.Remove(KubernetesDescriptors.Pods, p)),
            .. left.Secrets.Select(s => Intent.Remove(KubernetesDescriptors.Secrets, s)),
            .. left.ConfigMaps.Select(m => Intent.Remove(KubernetesDescriptors.ConfigMaps, m)),
            .. left.Services.Select(s => Intent.Remove(KubernetesDescriptors.Services, s)),
            .. left.NetworkPolicies.Select(p => Intent.Remove(KubernetesDescriptors.NetworkPolicies, p)),
        ];
        foreach (var removal in removals)
            draft.Want(removal);
        if (removals.Length > 0 || draft.OwnPods.Any())
        {
            draft.LookAgain(ExpiryPause);
            return;
        }

        draft.Status = draft.Status with { ChildrenRemovedTime = draft.Now };
        if (TrainingRunExpiry.Of(draft.Run.Spec).Policy == TrainingTtlPolicy.Self && TrainingRunExpiry.Refusal(draft.Run) is { } refusal)
        {
            draft.Condition(TrainingRunConditions.Expired, false, TrainingRunReasons.TrackedByArgoCD, refusal);
            draft.Tell(EventNote.Warning(TrainingRunReasons.TrackedByArgoCD, refusal));
            return;
        }

        var message = "The run's Pods, ConfigMap and Secret are gone, as spec.ttl says; its ModelVersion and its books stay.";
        draft.Condition(TrainingRunConditions.Expired, true, TrainingRunReasons.ChildrenExpired, message);
        draft.Tell(EventNote.Normal(TrainingRunReasons.ChildrenExpired, message));
    }
}
