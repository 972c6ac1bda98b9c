using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Serving;

/// <summary>Reads a Pod. Pure.</summary>
public static class ServingPodReader
{
    /// <summary>The Pod as one that serves; null for others, and before a node took it.</summary>
    /// <param name="pod">Pod.</param>
    /// <param name="now">When it was seen.</param>
    public static ServingPod? Of(V1Pod pod, DateTimeOffset now)
    {
        var labels = pod.Metadata.Labels;
        if (labels?.GetValueOrDefault(ModelOperatorApi.CanaryLabel) is not { Length: > 0 } canary
            || labels.GetValueOrDefault(ModelOperatorApi.ComponentLabel) is not (ServingPod.Server or ServingPod.Gateway)
            || pod is not { Metadata.Uid: { } uid, Status.StartTime: { } start })
        {
            return null;
        }

        var containers = pod.Spec?.Containers ?? [];
        return new()
        {
            Uid = uid,
            Namespace = pod.Metadata.NamespaceProperty ?? "",
            Name = pod.Metadata.Name,
            Canary = canary,
            Component = labels[ModelOperatorApi.ComponentLabel],
            Model = labels.GetValueOrDefault(ModelOperatorApi.ModelLabel) ?? "",
            Version = labels.GetValueOrDefault(ModelOperatorApi.VersionLabel) ?? "",
            Start = start,
            SeenAt = now,
            End = EndOf(pod.Status),
            Gpus = (int)containers.SelectMany(static c => c.Resources?.Limits ?? []).Where(static l => l.Key.StartsWith(TrainingQuantities.GpuPrefix, StringComparison.Ordinal)).Sum(static l => l.Value.Value),
            CpuMillicores = (long?)(Asked(containers, "cpu") * 1000),
            MemoryBytes = (long?)Asked(containers, "memory"),
            DiskBytes = (long?)Asked(containers, "ephemeral-storage"),
        };
    }

    // An evicted Pod stays as an object, but holds nothing any more.
    private static DateTimeOffset? EndOf(V1PodStatus status) => status.Phase is "Succeeded" or "Failed"
        ? (status.ContainerStatuses ?? []).Max(static c => c.State?.Terminated?.FinishedAt) ?? status.StartTime
        : null;

    /// <summary>Sum over containers of the request, which is the limit where it is absent; null when none asks.</summary>
    private static decimal? Asked(IEnumerable<V1Container> containers, string name) => containers
        .Select(c => Amount(c.Resources?.Requests, name) ?? Amount(c.Resources?.Limits, name))
        .Aggregate((decimal?)null, static (sum, part) => part is null ? sum : (sum ?? 0) + part);

    private static decimal? Amount(Dictionary<string, Quantity>? amounts, string name) => amounts is not null && amounts.TryGetValue(name, out var amount) ? amount.Value : null;
}
