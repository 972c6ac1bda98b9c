using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>Reads a Deployment and its Pods. Pure.</summary>
public static class WorkloadViews
{
    /// <summary>What a decision may know. Replicas of an older template do not count; a status that lags behind the spec counts as none, but its Pods still serve.</summary>
    public static WorkloadView Of(V1Deployment deployment, IEnumerable<V1Pod> pods)
    {
        var status = deployment.Status;
        var current = status?.ObservedGeneration >= deployment.Metadata.Generation;
        var available = current ? Math.Min(status?.AvailableReplicas ?? 0, status?.UpdatedReplicas ?? 0) : 0;
        var version = CanaryChildren.VersionOf(deployment);
        var own = pods.Where(p => p.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.VersionLabel) == version).ToList();
        var problem = own.Select(Problem).FirstOrDefault(p => p is not null)
            ?? status?.Conditions?.FirstOrDefault(c => c is { Type: "ReplicaFailure", Status: "True" })?.Message;
        return new(deployment.Spec?.Replicas ?? 1, available, problem is null ? null : CanaryText.Cut(problem, CanaryText.Problem), status?.AvailableReplicas ?? 0)
        {
            Lags = !current,
            Stuck = current ? StuckUpdates.Of(deployment, own) : null,
            LeavingUntil = status?.AvailableReplicas >= (deployment.Spec?.Replicas ?? 1) ? own.Where(IsLeaving).Max(p => p.Metadata.DeletionTimestamp) : null,
        };
    }

    /// <summary>Told to go, with the time that its template gives it; who gives it longer does not stop the looks for as long.</summary>
    private static bool IsLeaving(V1Pod pod) => pod.Metadata is { DeletionTimestamp: not null, DeletionGracePeriodSeconds: { } grace }
        && grace <= pod.Spec?.TerminationGracePeriodSeconds && pod.Status?.Phase is not ("Succeeded" or "Failed");

    private static string? Problem(V1Pod pod)
    {
        foreach (var container in (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []))
        {
            var waiting = container.State?.Waiting;
            var ended = container.LastState?.Terminated ?? container.State?.Terminated;
            if (waiting?.Reason is "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" or "ErrImageNeverPull" or "CreateContainerConfigError" or "CreateContainerError")
                return $"Pod {pod.Metadata.Name}, container {container.Name}: {waiting.Reason}: {waiting.Message} (image {container.Image})";
            if (waiting?.Reason == "CrashLoopBackOff" || ended is { ExitCode: not 0 })
                return $"Pod {pod.Metadata.Name}, container {container.Name}: {waiting?.Reason ?? ended?.Reason}: {ended?.Message?.Trim()}";
        }

        return pod.Status?.Conditions?.FirstOrDefault(c => c is { Type: "PodScheduled", Status: "False" })?.Message;
    }
}
