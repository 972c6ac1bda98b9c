using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// A node for the Pods of the operator: it plays training Pods by their fate and makes server and gateway Pods ready, all through the API,
/// as a kubelet does.
/// </summary>
/// <param name="client">API server.</param>
/// <param name="space">Namespace.</param>
/// <param name="time">Clock of the operator.</param>
/// <param name="bind">Whether Pods get a node; a server whose controllers look for lost nodes must not.</param>
internal sealed class ToyNode(IKubernetesClient client, string space, TimeProvider time, bool bind)
{
    private const string Name = "node-1";
    private int addresses;

    /// <summary>Decides what becomes of a training Pod.</summary>
    internal Func<V1Pod, PodFate> FateOf { get; set; } = _ => PodFate.Succeed;

    /// <summary>Whether a kubelet looks after the Pod; nothing happens to one whose node is dead, or which has none where that counts.</summary>
    internal Func<V1Pod, bool> Answers { get; set; } = _ => true;

    /// <summary>The rmse that a trainer reports, as JSON.</summary>
    internal Func<V1Pod, string> RmseOf { get; set; } = _ => "512.25";

    /// <summary>Whether server and gateway Pods become ready.</summary>
    internal Func<V1Pod, bool> BecomesReady { get; set; } = _ => true;

    /// <summary>Told about every training Pod.</summary>
    internal Action<V1Pod> Saw { get; set; } = _ => { };

    /// <summary>Makes the Node object that Pods are bound to; it answers.</summary>
    internal async Task RegisterAsync()
    {
        var node = await client.CreateAsync(KubernetesDescriptors.Nodes, new V1Node { Metadata = new() { Name = Name } }, null, CancellationToken.None);
        var ready = new V1NodeStatus { Conditions = [new V1NodeCondition { Type = "Ready", Status = "True" }] };
        await client.ReplaceStatusAsync(KubernetesDescriptors.Nodes, node with { Status = ready }, null, CancellationToken.None);
    }

    internal Task RunAsync(CancellationToken cancellationToken) =>
        ApiWatch.FollowAsync(client, KubernetesDescriptors.Pods, space, pod => SeeAsync(pod, cancellationToken), cancellationToken);

    private Task SeeAsync(V1Pod pod, CancellationToken cancellationToken) =>
        pod.Metadata.Labels?.ContainsKey(ModelOperatorApi.RunLabel) == true ? TrainAsync(pod, cancellationToken)
        : pod.Metadata.Labels?.ContainsKey(ModelOperatorApi.CanaryLabel) == true ? ServeAsync(pod, cancellationToken)
        : Task.CompletedTask;

    private async Task TrainAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        Saw(pod);
        if (!Answers(pod))
            return;
        if (bind && string.IsNullOrEmpty(pod.Spec!.NodeName) && !pod.IsDeleting)
        {
            await client.ReplaceAsync(KubernetesDescriptors.Pods, pod with { Spec = pod.Spec with { NodeName = Name } }, null, cancellationToken);
            return;
        }

        var fate = FateOf(pod);
        if (ToyContainers.Next(pod, fate, Now, RmseOf(pod)) is { } next)
            await client.ReplaceStatusAsync(KubernetesDescriptors.Pods, pod with { Status = next }, null, cancellationToken);
        else if (pod.IsDeleting && pod.Metadata.Finalizers is not { Count: > 0 })
            await RemoveAsync(pod, cancellationToken);
        else if (fate == PodFate.Vanish && (pod.Status is { Phase: "Pending", InitContainerStatuses.Count: 2 } or { Phase: "Running", ContainerStatuses: [{ Name: "trainer" }] }))
        {
            await RecordedAsync(pod, cancellationToken);
            await VanishAsync(pod, cancellationToken);
        }
    }

    /// <summary>A Pod that goes before its run has it on record was never there for the run, which makes it anew for the same attempt: another story.</summary>
    private async Task RecordedAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        var rank0 = pod.Status?.InitContainerStatuses is { Count: 2 };
        while (rank0 && await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, pod.Controller!.Name, space, cancellationToken) is { Status.CurrentAttempt: { PodUid: null } attempt }
            && pod.Metadata.Labels![ModelOperatorApi.AttemptLabel] == attempt.Number.ToString(CultureInfo.InvariantCulture))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
    }

    /// <summary>As after a forced removal: no finalizer, no trace of the end.</summary>
    internal async Task VanishAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        var bare = await client.ReplaceAsync(KubernetesDescriptors.Pods, pod with { Metadata = pod.Metadata with { Finalizers = [] } }, null, cancellationToken);
        await RemoveAsync(bare, cancellationToken);
    }

    private Task<bool> RemoveAsync(V1Pod pod, CancellationToken cancellationToken) => client.DeleteAsync(
        KubernetesDescriptors.Pods, pod.Metadata.Name, space,
        new DeleteOptions { GracePeriodSeconds = 0, Preconditions = new Preconditions { Uid = pod.Metadata.Uid } }, cancellationToken);

    private async Task ServeAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (pod.IsDeleting)
        {
            await RemoveAsync(pod, cancellationToken);
            return;
        }

        if (pod.Status?.PodIP is { Length: > 0 } || !BecomesReady(pod))
            return;
        var now = Now;
        await client.ReplaceStatusAsync(
            KubernetesDescriptors.Pods,
            pod with
            {
                Status = new V1PodStatus
                {
                    Phase = "Running",
                    StartTime = now,
                    PodIP = $"10.20.0.{Interlocked.Increment(ref addresses) % 250 + 1}",
                    Conditions = [Condition("PodScheduled"), Condition("Initialized"), Condition("ContainersReady"), Condition("Ready")],
                },
            },
            null,
            cancellationToken);
    }

    // By the real clock, and ready for a while: a real Deployment controller counts minReadySeconds from here.
    private static V1PodCondition Condition(string type) =>
        new() { Type = type, Status = "True", LastTransitionTime = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 10) };

    private DateTimeOffset Now => new(time.GetUtcNow().UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
