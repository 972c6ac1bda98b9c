using System.Globalization;
using System.Text.Json;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// What Kueue's plain-Pod integration wants on the Pods of a queued run. One node is a single Pod, several are a Pod group of their attempt.
/// The scheduling gate is set here too (Kueue's webhook would add the same one): where that webhook does not look at the namespace, the Pod
/// waits visibly instead of running past the queue. Pure.
/// </summary>
public static class TrainingQueueing
{
    public const string QueueLabel = "kueue.x-k8s.io/queue-name";
    public const string ManagedLabel = "kueue.x-k8s.io/managed";
    public const string GroupLabel = "kueue.x-k8s.io/pod-group-name";
    public const string GroupCountAnnotation = "kueue.x-k8s.io/pod-group-total-count";

    /// <summary>Ends the group's claim on its quota when its Pods have ended: the next attempt is a group of its own.</summary>
    public const string RetriableAnnotation = "kueue.x-k8s.io/retriable-in-group";

    public const string Gate = "kueue.x-k8s.io/admission";

    /// <summary>Names that a Pod template may not set.</summary>
    public static readonly string[] Reserved = [QueueLabel, ManagedLabel, GroupLabel, GroupCountAnnotation, RetriableAnnotation];

    /// <summary>Adds labels, annotations and the gate.</summary>
    public static void Enqueue(V1TrainingRun run, int attempt, V1Pod pod)
    {
        if (run.Spec.Scheduling?.QueueName is not { Length: > 0 } queue)
            return;
        pod.Metadata.Labels![QueueLabel] = queue;
        pod.Spec!.SchedulingGates = [GateElement()];
        if (run.Spec.Nodes <= 1)
            return;
        pod.Metadata.Labels[GroupLabel] = GroupName(run, attempt);
        pod.Metadata.Annotations![GroupCountAnnotation] = run.Spec.Nodes.ToString(CultureInfo.InvariantCulture);
        pod.Metadata.Annotations[RetriableAnnotation] = "false";
    }

    /// <summary>A Pod that its queue has not admitted yet.</summary>
    public static bool IsGated(V1Pod pod) => pod.Spec?.SchedulingGates is { Count: > 0 };

    /// <summary>True when Kueue has taken the Pod under its wing.</summary>
    public static bool IsManaged(V1Pod pod) => pod.Metadata.Labels?.ContainsKey(ManagedLabel) == true;

    private static string GroupName(V1TrainingRun run, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{run.Metadata.Name}-{attempt}");

    private static JsonElement GateElement()
    {
        using var document = JsonDocument.Parse($$"""{"name":"{{Gate}}"}""");
        return document.RootElement.Clone();
    }
}
