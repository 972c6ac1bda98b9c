using ModelOperator.Kubernetes;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Pods that get no node: gated ones, and those that fit nowhere. Null: the Pod goes its way.</summary>
internal static class ToyScheduler
{
    internal static V1Pod? Holds(V1Pod pod, PodFate fate)
    {
        if (pod.Spec!.SchedulingGates is { Count: > 0 })
            return Waiting(pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");
        return fate == PodFate.NeverScheduled ? Waiting(pod, "Unschedulable", "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.") : null;
    }

    private static V1Pod Waiting(V1Pod pod, string reason, string message) => pod with
    {
        Status = new V1PodStatus
        {
            // A Pod that has no node has no containers; the phase is the server's default.
            Conditions = [new V1PodCondition { Type = "PodScheduled", Status = "False", Reason = reason, Message = message }],
        },
    };
}
