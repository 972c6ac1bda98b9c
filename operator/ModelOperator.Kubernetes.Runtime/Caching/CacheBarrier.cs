using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>
/// Tells whether a cache has seen everything that had happened when it was first asked, by the server's own count. A new leader's caches may be
/// behind what its predecessor did. Not thread-safe.
/// </summary>
public sealed class CacheBarrier
{
    private string? mark;
    private bool passed;

    /// <summary>Whether the cache has passed the moment of the first call; once passed, for ever. False where versions are no numbers.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="client">API server; asked once, for the version of the shortest list.</param>
    /// <param name="descriptor">Kind.</param>
    /// <param name="store">Cache of the kind.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async ValueTask<bool> IsPassedAsync<T>(
        IKubernetesClient client, EntityDescriptor<T> descriptor, IStore<T> store, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        if (passed)
            return true;
        mark ??= (await client.ListAsync(descriptor, null, new ListOptions { Limit = 1 }, cancellationToken).ConfigureAwait(false)).Metadata.ResourceVersion ?? "";
        return passed = store.ResourceVersion == mark || ResourceVersions.IsNewer(store.ResourceVersion, mark);
    }
}
