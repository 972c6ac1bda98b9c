namespace ModelOperator.Kubernetes.Runtime.Discovery;

/// <summary>Chooses API versions by what the server serves: policy/v1 on current servers, policy/v1beta1 on 1.20.</summary>
public static class Descriptors
{
    /// <summary>The descriptor with the first version that the server serves.</summary>
    /// <typeparam name="T">Kind; its fields in use must be the same in all candidates.</typeparam>
    /// <param name="client">API server.</param>
    /// <param name="preferred">Descriptor with the version liked best.</param>
    /// <param name="olderVersions">Further versions, best first.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ApiVersionException">None of the versions is served.</exception>
    public static async Task<EntityDescriptor<T>> ChooseAsync<T>(
        IKubernetesClient client, EntityDescriptor<T> preferred, IReadOnlyList<string> olderVersions, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        string[] candidates = [preferred.Version, .. olderVersions];
        var version = (await client.DiscoverAsync(false, cancellationToken).ConfigureAwait(false)).ChooseVersion(preferred.Group, preferred.Plural, candidates)
            // The answer may be older than an API that was installed since.
            ?? (await client.DiscoverAsync(true, cancellationToken).ConfigureAwait(false)).ChooseVersion(preferred.Group, preferred.Plural, candidates);
        return version is null
            ? throw new ApiVersionException($"the server serves none of {preferred.Group} {string.Join(", ", candidates)} {preferred.Plural}")
            : preferred with { Version = version };
    }
}
