using ModelOperator.Kubernetes;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>The Pod of a rank above 0: its trainer is the main container.</summary>
internal static class ToyPeer
{
    internal static V1Pod? Step(V1Pod pod, PodFate fate, DateTimeOffset now)
    {
        if (pod.Metadata.DeletionTimestamp is not null)
            return fate == PodFate.NodeLost ? pod : With(pod, "Failed", Exit(pod, 143, "Error", now));
        return pod.Status?.Phase switch
        {
            null => Fetching(pod, fate, now),
            "Pending" => Fetched(pod, fate, now),
            _ => Trained(pod, fate, now),
        };
    }

    private static V1Pod Fetching(V1Pod pod, PodFate fate, DateTimeOffset now)
    {
        var state = fate == PodFate.ImagePullFails
            ? new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "ImagePullBackOff", Message = "Back-off" } }
            : new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now } };
        return pod with
        {
            Spec = pod.Spec! with { NodeName = $"node-{pod.Metadata.Name[^1]}" },
            Status = new V1PodStatus { Phase = "Pending", InitContainerStatuses = [new V1ContainerStatus { Name = "fetch", State = state }] },
        };
    }

    private static V1Pod? Fetched(V1Pod pod, PodFate fate, DateTimeOffset now) => fate switch
    {
        PodFate.ImagePullFails => pod,
        PodFate.Vanish => null,
        PodFate.DigestMismatch => Refused(pod, 65, now),
        PodFate.StoreDownInFetch => Refused(pod, 69, now),
        _ => With(
            pod with { Status = pod.Status! with { InitContainerStatuses = [ToyKubelet.Ended("fetch", 0, "Completed", now, now)] } },
            "Running",
            new V1ContainerStatus { Name = "trainer", State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now } } }),
    };

    private static V1Pod Trained(V1Pod pod, PodFate fate, DateTimeOffset now)
    {
        switch (fate)
        {
            case PodFate.RunForever:
                return pod;
            case PodFate.NodeLost or PodFate.DeletedByUser:
                return pod with { Metadata = pod.Metadata with { DeletionTimestamp = now.AddSeconds(30), DeletionGracePeriodSeconds = 30 } };
            case PodFate.Evicted:
                var evicted = With(pod, "Failed", Exit(pod, 137, "Error", now));
                return evicted with { Status = evicted.Status! with { Reason = "Evicted", Message = "The node was low on resource: memory." } };
            case PodFate.TrainerExits1:
                return With(pod, "Failed", Exit(pod, 1, "Error", now));
            case PodFate.TrainerExits137:
                return With(pod, "Failed", Exit(pod, 137, "Error", now));
            case PodFate.TrainerExits139:
                return With(pod, "Failed", Exit(pod, 139, "Error", now));
            case PodFate.OutOfMemory:
                return With(pod, "Failed", Exit(pod, 137, "OOMKilled", now));
            case PodFate.Yield:
                return With(pod, "Failed", Exit(pod, 75, "Error", now));
            default:
                return With(pod, "Succeeded", Exit(pod, 0, "Completed", now));
        }
    }

    private static V1Pod Refused(V1Pod pod, int code, DateTimeOffset now) => pod with
    {
        Status = pod.Status! with { Phase = "Failed", InitContainerStatuses = [ToyKubelet.Ended("fetch", code, "Error", now, now)] },
    };

    private static V1ContainerStatus Exit(V1Pod pod, int code, string reason, DateTimeOffset now) =>
        ToyKubelet.Ended("trainer", code, reason, ToyKubelet.Status(pod, "trainer")?.State?.Running?.StartedAt ?? now, now);

    private static V1Pod With(V1Pod pod, string phase, V1ContainerStatus trainer) =>
        pod with { Status = (pod.Status ?? new V1PodStatus()) with { Phase = phase, ContainerStatuses = [trainer] } };
}
