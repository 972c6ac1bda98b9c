namespace ModelOperator.Kubernetes;

/// <summary>Reads and remembers what the server serves. A failed refresh keeps the old answer and throws.</summary>
internal sealed class DiscoveryCache(KubernetesClient client) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile ApiDiscovery? _known;

    public void Dispose() => _gate.Dispose();

    internal async Task<ApiDiscovery> GetAsync(bool refresh, CancellationToken cancellationToken)
    {
        if (!refresh && _known is { } known)
            return known;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (refresh || _known is null)
                _known = await ReadAsync(cancellationToken);
            return _known;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<ApiDiscovery> ReadAsync(CancellationToken cancellationToken)
    {
        var core = await client.GetJsonAsync("/api", KubernetesJson.Default.V1ApiVersions, cancellationToken);
        var groups = await client.GetJsonAsync("/apis", KubernetesJson.Default.V1ApiGroupList, cancellationToken);
        var versions = new Dictionary<string, IReadOnlyList<string>> { [string.Empty] = core.Versions };
        foreach (var group in groups.Groups)
            versions[group.Name] = [.. group.Versions.Select(v => v.Version)];
        var resources = new Dictionary<string, IReadOnlyList<V1ApiResource>>();
        foreach (var (group, names) in versions)
        {
            foreach (var version in names)
                await ReadResourcesAsync(group, version, resources, cancellationToken);
        }

        return new ApiDiscovery(versions, resources);
    }

    // An aggregated API whose backend is down answers 503 or vanishes; the other groups are still good.
    private async Task ReadResourcesAsync(
        string group, string version, Dictionary<string, IReadOnlyList<V1ApiResource>> resources, CancellationToken cancellationToken)
    {
        var key = group.Length == 0 ? version : $"{group}/{version}";
        try
        {
            var path = group.Length == 0 ? $"/api/{version}" : $"/apis/{key}";
            resources[key] = (await client.GetJsonAsync(path, KubernetesJson.Default.V1ApiResourceList, cancellationToken)).Resources;
        }
        catch (KubernetesException e) when (group.Contains('.', StringComparison.Ordinal) && (e.IsNotFound || (int)e.StatusCode == 503))
        {
            resources[key] = [];
        }
    }
}
