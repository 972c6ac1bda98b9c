using System.Collections.Concurrent;
using System.Collections.Immutable;
using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Which canaries of a namespace come before one that is about to begin. Where the cache says that there is room, the API server is asked, and nobody else of the
/// namespace may begin until the answer has become a status: with one leader, no stale cache lets two take the same place. Thread-safe.
/// </summary>
/// <param name="canaries">CanaryDeployments.</param>
/// <param name="client">API server.</param>
public sealed class CanaryTurns(IStore<V1CanaryDeployment> canaries, IKubernetesClient client)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _namespaces = new(StringComparer.Ordinal);

    /// <summary>Asks for a turn; held until it is disposed of.</summary>
    public async Task<CanaryTurn> TakeAsync(V1CanaryDeployment canary, CancellationToken cancellationToken)
    {
        var space = canary.Metadata.NamespaceProperty!;
        if (canary.Spec.Strategy?.MaxConcurrentPerNamespace is not { } most || !IsAboutToBegin(canary))
            return new([], null);
        if (Ahead(canary, canaries.List(space)) is { } cached && cached.Length >= most)
            return new(cached, null);
        var gate = _namespaces.GetOrAdd(space, static _ => new(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            var live = await client.ListAllAsync(ModelOperatorDescriptors.CanaryDeployments, space, null, cancellationToken);
            return new(Ahead(canary, live.Items), gate);
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    /// <summary>Names of those that are under way, then of those that wait and were created before. Pure.</summary>
    public static ImmutableArray<string> Ahead(V1CanaryDeployment canary, IEnumerable<V1CanaryDeployment> all)
    {
        var others = all.Where(o => o.Metadata.Uid != canary.Metadata.Uid && !o.IsDeleting).OrderBy(Order).ToList();
        return [.. others.Where(o => o.Status?.CanaryVersion is not null).Concat(others.Where(o => Waits(o) && Order(o).CompareTo(Order(canary)) < 0)).Select(o => o.Metadata.Name)];
    }

    private static (DateTimeOffset, string) Order(V1CanaryDeployment canary) => (canary.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue, canary.Metadata.Name);

    /// <summary>Whoever waits for something else does not stand in the line.</summary>
    private static bool Waits(V1CanaryDeployment canary) =>
        canary.Status is { Reason: CanaryReasons.WaitForTurn, CanaryVersion: null } && !canary.Spec.Suspend && canary.Spec.VersionRef.Name != canary.Status.StableVersion;

    private static bool IsAboutToBegin(V1CanaryDeployment canary) =>
        canary.Status is { StableVersion: { } stable, CanaryVersion: null } status && canary.Spec.VersionRef.Name is var target && target != stable
        && (target != status.RejectedVersion || CanaryCommand.Pending(canary)?.Action == CanaryCommand.Retry);
}
