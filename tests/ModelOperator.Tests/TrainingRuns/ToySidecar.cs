using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>The status of a Pod's sidecar as a kubelet would write it: at work from the fetcher's end, killed when all else has ended.</summary>
internal static class ToySidecar
{
    internal static V1Pod? Beside(V1Pod? pod, DateTimeOffset now)
    {
        if (pod is not { Status.InitContainerStatuses: { } statuses } || pod.Spec!.InitContainers!.TrueForAll(static c => c.Name != TrainingRunPods.ProgressContainer))
            return pod;
        if (statuses.Find(static s => s.Name == TrainingRunPods.FetchContainer)?.State?.Terminated is not { ExitCode: 0 })
            return pod;
        var others = statuses.Where(static s => s.Name != TrainingRunPods.ProgressContainer).ToList();
        var ended = pod.Status.Phase is "Succeeded" or "Failed";
        var sidecar = ended
            ? ToyKubelet.Ended(TrainingRunPods.ProgressContainer, 137, "OOMKilled", now, now, """{"error":{"reason":"NotTheTrainers","message":"killed"}}""")
            : new V1ContainerStatus { Name = TrainingRunPods.ProgressContainer, Image = "operator", Ready = true, RestartCount = 3, State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now } } };
        return pod with { Status = pod.Status with { InitContainerStatuses = [others[0], sidecar, .. others.Skip(1)] } };
    }
}
