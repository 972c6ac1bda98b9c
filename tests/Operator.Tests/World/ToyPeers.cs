using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>The next status of the Pod of a rank above 0, whose trainer is the main container. Pure.</summary>
internal static class ToyPeers
{
    internal static V1PodStatus? Next(V1Pod pod, PodFate fate, DateTimeOffset now)
    {
        if (ToyContainers.Of(pod, "trainer") is not { State.Running.StartedAt: { } started })
            return Started(pod, now);
        return fate switch
        {
            PodFate.RunForever or PodFate.ImagePullFails or PodFate.Vanish => null,
            PodFate.TrainerExits1 => Ended(pod, started, 1),
            PodFate.TrainerExits137 => Ended(pod, started, 137),
            PodFate.OutOfMemory => Ended(pod, started, 137, "OOMKilled"),
            PodFate.Evicted => Ended(pod, started, 137) with { Reason = "Evicted", Message = "The node was low on resource: memory." },
            _ => Ended(pod, started, 0),
        };
    }

    private static V1PodStatus Started(V1Pod pod, DateTimeOffset now) => pod.Status! with
    {
        Phase = "Running",
        InitContainerStatuses = [ToyContainers.Ended("fetch", 0, now, now)],
        ContainerStatuses = [ToyContainers.Container("trainer", new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now - ToyContainers.Training } })],
    };

    private static V1PodStatus Ended(V1Pod pod, DateTimeOffset started, int code, string? reason = null) => pod.Status! with
    {
        Phase = code == 0 ? "Succeeded" : "Failed",
        ContainerStatuses = [ToyContainers.Ended("trainer", code, started, started + ToyContainers.Training, null, reason)],
    };
}
