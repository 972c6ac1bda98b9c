using System.Collections.Concurrent;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Every training Pod that ever was, by run UID, attempt and rank.</summary>
internal sealed class PodCensus
{
    private readonly ConcurrentDictionary<(string Run, string Attempt, string Name), ConcurrentDictionary<string, byte>> seen = new();

    /// <summary>Pods that ever were.</summary>
    internal int Count => seen.Values.Sum(static s => s.Count);

    internal PodCensus(ToyWorld world) => world.Node.Saw = See;

    /// <summary>Attempts that had more than one Pod.</summary>
    internal IEnumerable<string> Twice => seen.Where(static s => s.Value.Count > 1).Select(static s => $"attempt {s.Key.Attempt} of run {s.Key.Run} had {s.Value.Count} Pods {s.Key.Name}");

    private void See(V1Pod pod)
    {
        var labels = pod.Metadata.Labels!;
        seen.GetOrAdd((labels[ModelOperatorApi.RunUidLabel], labels[ModelOperatorApi.AttemptLabel], pod.Metadata.Name), static _ => new())[pod.Metadata.Uid!] = 0;
    }
}
