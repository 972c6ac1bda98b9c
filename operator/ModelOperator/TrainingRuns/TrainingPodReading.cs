using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>What a training Pod's status says, without judgement. Pure.</summary>
public sealed record TrainingPodReading
{
    private static readonly string[] PullReasons =
        ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable"];

    private static readonly string[] ConfigReasons = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"];

    /// <summary>End of the fetcher, or null.</summary>
    public V1ContainerStateTerminated? FetchEnded { get; init; }

    /// <summary>True while the fetcher runs.</summary>
    public bool Fetching { get; init; }

    /// <summary>When the trainer started, or null.</summary>
    public DateTimeOffset? TrainerStarted { get; init; }

    /// <summary>End of the trainer, or null.</summary>
    public V1ContainerStateTerminated? TrainerEnded { get; init; }

    /// <summary>End of the publisher, or null.</summary>
    public V1ContainerStateTerminated? PublishEnded { get; init; }

    /// <summary>Image of the trainer as the node resolved it, by digest where it reports one.</summary>
    public string? TrainerImage { get; init; }

    /// <summary>Why nothing runs yet: reason and a text that does not change from look to look.</summary>
    public (string Reason, string Message)? Waiting { get; init; }

    /// <summary>Sign that something outside ended or ends the Pod: reason and text.</summary>
    public (string Reason, string Message)? Disruption { get; init; }

    /// <summary>True while a queue has not let the Pod go.</summary>
    public bool Gated { get; init; }

    /// <summary>True when the Pod has found a node.</summary>
    public bool Scheduled { get; init; }

    /// <summary>True when nothing of the Pod runs any more, or nobody is left who could say otherwise.</summary>
    public bool Quiet { get; init; }

    /// <summary>True when the Pod should have stopped long ago and its node says nothing.</summary>
    public bool NodeLost { get; init; }

    /// <summary>False while no node has begun on the Pod and nothing else keeps it, which is how every Pod begins.</summary>
    public bool HasNews => Gated || Fetching || Quiet || NodeLost || FetchEnded is not null || TrainerStarted is not null || TrainerEnded is not null
        || Disruption is not null || Waiting is not (null or { Reason: TrainingRunReasons.Unschedulable });

    /// <summary>Reads a Pod.</summary>
    public static TrainingPodReading Of(V1Pod pod, DateTimeOffset now)
    {
        var fetch = Status(pod.Status?.InitContainerStatuses, TrainingRunPods.FetchContainer);
        // The main container on ranks above 0.
        var trainer = Status(pod.Status?.InitContainerStatuses, TrainingRunPods.TrainerContainer)
            ?? Status(pod.Status?.ContainerStatuses, TrainingRunPods.TrainerContainer);
        var publish = Status(pod.Status?.ContainerStatuses, TrainingRunPods.PublishContainer);
        var ended = trainer?.State?.Terminated;
        var quiet = IsQuiet(pod);
        return new TrainingPodReading
        {
            FetchEnded = fetch?.State?.Terminated,
            Fetching = fetch?.State?.Running is not null,
            TrainerStarted = ended is { StartedAt: { } started } ? started : trainer?.State?.Running?.StartedAt,
            TrainerEnded = ended,
            PublishEnded = publish?.State?.Terminated,
            TrainerImage = ImageOf(trainer),
            Waiting = WaitingFor(pod),
            Disruption = DisruptionOf(pod),
            Gated = TrainingQueueing.IsGated(pod),
            Scheduled = pod.Spec is { NodeName.Length: > 0 } || Statuses(pod).Any() || pod.Status?.Conditions?.Exists(c => c is { Type: "PodScheduled", Status: "True" }) == true,
            Quiet = quiet,
            NodeLost = !quiet && pod.Metadata.DeletionTimestamp is { } deleted && now >= deleted + TrainingRunPlanner.NodeSilence,
        };
    }

    private static V1ContainerStatus? Status(List<V1ContainerStatus>? statuses, string name) => statuses?.Find(s => s.Name == name);

    // containerd reports a bare digest for images that were imported; then the name that was asked for says more.
    private static string? ImageOf(V1ContainerStatus? trainer) => trainer switch
    {
        null => null,
        { ImageID: { Length: > 0 } id } when id.Contains('@', StringComparison.Ordinal) => id.Replace("docker-pullable://", "", StringComparison.Ordinal),
        { ImageID: { Length: > 0 } id, Image: { Length: > 0 } image } when id.StartsWith("sha256:", StringComparison.Ordinal) => $"{image}@{id}",
        _ => trainer.Image,
    };

    private static bool IsQuiet(V1Pod pod)
    {
        if (pod.Status?.Phase is "Succeeded" or "Failed")
            return true;
        if (pod.Metadata.DeletionTimestamp is null)
            return false;
        // With grace period 0 the kubelet has confirmed the end, or the Pod was forced out of the API.
        return pod.Metadata.DeletionGracePeriodSeconds == 0
            || string.IsNullOrEmpty(pod.Spec?.NodeName)
            || !Statuses(pod).Any(s => s.State?.Running is not null) && Statuses(pod).Any(s => s.State?.Terminated is not null);
    }

    private static IEnumerable<V1ContainerStatus> Statuses(V1Pod pod) =>
        (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []);

    private static (string Reason, string Message)? DisruptionOf(V1Pod pod)
    {
        var name = pod.Metadata.Name;
        if (pod.Status?.Reason is { Length: > 0 } reason && pod.Status.Phase == "Failed")
            return (TrainingRunReasons.Evicted, $"Pod {name} was ended by its node ({reason}): {pod.Status.Message ?? "no message"}");
        if (pod.Status?.Conditions?.Find(c => c is { Type: "DisruptionTarget", Status: "True" }) is { } target)
            return (TrainingRunReasons.Evicted, $"Pod {name} is disrupted ({target.Reason}): {target.Message ?? "no message"}");
        if (pod.Metadata.DeletionTimestamp is not null)
            return (TrainingRunReasons.PodDeleted, $"Pod {name} was deleted by somebody else.");
        return null;
    }

    private static (string Reason, string Message)? WaitingFor(V1Pod pod)
    {
        foreach (var status in Statuses(pod))
        {
            if (status.State?.Waiting is not { Reason: { } reason } waiting)
                continue;
            var image = ImageAskedFor(pod, status.Name);
            if (PullReasons.Contains(reason))
                return (TrainingRunReasons.ImagePullFailed, $"Image {image} of container {status.Name} cannot be pulled: check its name and tag, the registry and podTemplate.imagePullSecrets.");
            if (ConfigReasons.Contains(reason))
                return (TrainingRunReasons.ContainerConfigError, $"Container {status.Name} cannot be made: {waiting.Message ?? reason}");
        }

        if (TrainingQueueing.IsGated(pod))
        {
            return (TrainingRunReasons.WaitingForQueue, TrainingQueueing.IsManaged(pod)
                ? "Kueue has not admitted the run yet."
                : "Kueue has not taken the Pods: is its pod integration enabled for this namespace?");
        }

        if (pod.Status?.Conditions?.Find(c => c is { Type: "PodScheduled", Status: "False" }) is { } scheduled)
            return (TrainingRunReasons.Unschedulable, $"No node takes the Pod: {scheduled.Message ?? scheduled.Reason}");
        return null;
    }

    private static string? ImageAskedFor(V1Pod pod, string container) =>
        (pod.Spec?.InitContainers ?? []).Concat(pod.Spec?.Containers ?? []).FirstOrDefault(c => c.Name == container)?.Image;
}
