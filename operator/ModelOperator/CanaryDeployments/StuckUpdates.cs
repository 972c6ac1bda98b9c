using System.Globalization;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CanaryDeployments;

/// <summary>Finds out whether a Deployment can roll out the template that it has. Pure.</summary>
public static class StuckUpdates
{
    /// <summary>Label that tells the Pods of one template from those of another.</summary>
    private const string TemplateLabel = "pod-template-hash";

    /// <summary>Restarts from which on a container crashes; one alone may be an artifact store or a node that was away for a moment.</summary>
    private const int Crashes = 2;

    /// <summary>Why the update is stuck; null when there is none, or it goes on.</summary>
    /// <param name="deployment">A Deployment whose status is about its present spec.</param>
    /// <param name="pods">Its Pods.</param>
    public static StuckUpdate? Of(V1Deployment deployment, IEnumerable<V1Pod> pods)
    {
        // Pods of an older template are left: without any it is no update, and a server that does not start is told as one that is not there.
        if (!(deployment.Status?.UpdatedReplicas < deployment.Status?.Replicas))
            return null;
        var fresh = Newest(pods);
        if (fresh.Select(Crash).FirstOrDefault(static crash => crash is not null) is { } crashing)
            return crashing;
        return deployment.Status?.Conditions?.Exists(static c => c is { Type: "Progressing", Status: "False", Reason: CanaryReasons.ProgressDeadlineExceeded }) == true
            ? new(CanaryReasons.ProgressDeadlineExceeded, fresh.Select(Waiting).FirstOrDefault(static text => text is not null) ?? "they did not become available in time", "")
            : null;
    }

    /// <summary>Those of the template that Pods were made from last: an old Pod's crashes of long ago say nothing about it.</summary>
    private static List<V1Pod> Newest(IEnumerable<V1Pod> pods)
    {
        var there = pods.Where(static pod => !pod.IsDeleting && pod.Status?.Phase is not ("Succeeded" or "Failed")).ToList();
        var template = there.MaxBy(static pod => pod.Metadata.CreationTimestamp)?.Metadata.Labels?.GetValueOrDefault(TemplateLabel);
        return [.. there.Where(pod => pod.Metadata.Labels?.GetValueOrDefault(TemplateLabel) == template).OrderBy(static pod => pod.Metadata.Name, StringComparer.Ordinal)];
    }

    // A container that crashes is running, ended or waiting by turns; how it ended last stays.
    private static StuckUpdate? Crash(V1Pod pod)
    {
        var initial = pod.Status?.InitContainerStatuses ?? [];
        foreach (var container in initial.Concat(pod.Status?.ContainerStatuses ?? []))
        {
            var ended = container.State?.Terminated ?? container.LastState?.Terminated;
            // An init container that has ended well is done, however often it was tried.
            if (container.RestartCount < Crashes || ended is null || (ended.ExitCode == 0 && initial.Contains(container)))
                continue;
            var how = string.Create(CultureInfo.InvariantCulture, $"Pod {pod.Metadata.Name}, container {container.Name}, ends with exit code {ended.ExitCode}{(ended.Reason is null or "Error" ? "" : $" ({ended.Reason})")}");
            return new(CanaryReasons.PodsCrash, how, ended.Message?.Trim() ?? "");
        }

        return null;
    }

    // ErrImagePull and ImagePullBackOff alternate, and so do their messages.
    private static string? Waiting(V1Pod pod)
    {
        foreach (var container in (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []))
        {
            if (container.State?.Waiting?.Reason is "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" or "ErrImageNeverPull")
                return $"Pod {pod.Metadata.Name}: image {container.Image} cannot be had";
            if (container.State?.Waiting?.Reason is "CreateContainerConfigError" or "CreateContainerError")
                return $"Pod {pod.Metadata.Name}: container {container.Name} cannot be made";
        }

        return pod.Status?.Conditions?.Exists(static c => c is { Type: "PodScheduled", Status: "False" }) == true ? $"no node takes Pod {pod.Metadata.Name}" : null;
    }
}
