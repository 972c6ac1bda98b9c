using System.Collections.Concurrent;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Every training Pod that ever was, by run UID and attempt.</summary>
internal sealed class PodCensus
{
    private readonly ConcurrentDictionary<(string Run, string Attempt), ConcurrentDictionary<string, byte>> seen = new();

    internal PodCensus(ToyWorld world) => world.Node.Saw = Count;

    /// <summary>Attempts that had more than one Pod.</summary>
    internal IEnumerable<string> Twice => seen.Where(static s => s.Value.Count > 1).Select(static s => $"attempt {s.Key.Attempt} of run {s.Key.Run} had {s.Value.Count} Pods");

    private void Count(V1Pod pod)
    {
        var labels = pod.Metadata.Labels!;
        seen.GetOrAdd((labels[ModelOperatorApi.RunUidLabel], labels[ModelOperatorApi.AttemptLabel]), static _ => new())[pod.Metadata.Uid!] = 0;
    }
}
