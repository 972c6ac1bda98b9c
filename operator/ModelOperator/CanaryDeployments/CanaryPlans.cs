using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.CanaryDeployments;

/// <summary>A move as a plan: the status is written first, the children follow from it, the events tell it.</summary>
public static class CanaryPlans
{
    /// <summary>Builds the plan.</summary>
    public static Plan<CanaryDeploymentStatus> Of(
        V1CanaryDeployment canary, CanaryMove move, CanaryObserved seen, IReadOnlyDictionary<string, CanaryCredentials> credentials, OperatorOptions options) => new(
        canary.Spec.Suspend ? [] : [.. CanaryChildren.Intents(canary, move.Status, seen, credentials, options, move.Aim), .. CanaryJobs.Intents(canary, move, seen)],
        move.Status,
        [.. move.Notes.Select(note => note.Warning ? EventNote.Warning(note.Reason, note.Message) : EventNote.Normal(note.Reason, note.Message))],
        move.Requeue)
        {
            StatusFirst = true,
        };
}
