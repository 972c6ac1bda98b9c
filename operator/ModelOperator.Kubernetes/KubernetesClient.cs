using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.Kubernetes;

/// <summary>The client over HTTP. One instance per process and server is enough; thread-safe.</summary>
public sealed partial class KubernetesClient : IKubernetesClient, IDisposable
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private readonly KubernetesTransport _transport;
    private readonly TimeProvider _time;
    private readonly DiscoveryCache _discovery;

    /// <summary>Connects lazily: nothing is sent before the first call.</summary>
    /// <param name="configuration">Server and credentials.</param>
    /// <param name="options">Behaviour.</param>
    /// <param name="time">Clock of all timeouts and pauses.</param>
    /// <param name="random">Source of jitter for retries and watch timeouts.</param>
    /// <param name="handler">Replaces the socket handler, for example to inject faults; not disposed.</param>
    public KubernetesClient(
        KubernetesClientConfiguration configuration,
        KubernetesClientOptions options,
        TimeProvider time,
        Random random,
        HttpMessageHandler? handler = null)
    {
        _time = time;
        _transport = new KubernetesTransport(configuration, options, time, random, handler);
        _discovery = new DiscoveryCache(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        _discovery.Dispose();
    }

    /// <inheritdoc/>
    public async Task<T?> GetAsync<T>(EntityDescriptor<T> descriptor, string name, string? namespaceName, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var path = ResourcePath.Item(descriptor, namespaceName, name).ToString();
        try
        {
            return await _transport.SendAsync(new ApiRequest(HttpMethod.Get, path), Reader(descriptor.Type), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<KubernetesList<T>> ListAsync<T>(
        EntityDescriptor<T> descriptor, string? namespaceName, ListOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var path = ResourcePath.Collection(descriptor, namespaceName)
            .With("labelSelector", options?.LabelSelector)
            .With("fieldSelector", options?.FieldSelector)
            .With("limit", options?.Limit?.ToString(CultureInfo.InvariantCulture))
            .With("continue", options?.Continue)
            .With("resourceVersion", options?.Continue is { Length: > 0 } ? null : options?.ResourceVersion);
        var list = await _transport.SendAsync(
            new ApiRequest(HttpMethod.Get, path.ToString()), Reader(descriptor.ListType), cancellationToken);
        var apiVersion = descriptor.ApiVersion;
        foreach (var item in list.Items)
            Enter(item, apiVersion, descriptor.Kind);
        return list;
    }

    /// <inheritdoc/>
    public async Task<KubernetesList<T>> ListAllAsync<T>(
        EntityDescriptor<T> descriptor, string? namespaceName, ListOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        KubernetesList<T>? all = null;
        await foreach (var page in this.PagesAsync(descriptor, namespaceName, (options ?? new ListOptions()) with { Limit = options?.Limit ?? _transport.Options.PageSize }, cancellationToken))
        {
            if (all is null)
                all = page;
            else
                all.Items.AddRange(page.Items);
        }

        all!.Metadata.ContinueProperty = null;
        all.Metadata.RemainingItemCount = null;
        return all;
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        var response = await _transport.OpenAsync(new ApiRequest(HttpMethod.Get, path), cancellationToken);
        return new ResponseStream(response, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public Task<ApiDiscovery> DiscoverAsync(bool refresh, CancellationToken cancellationToken) =>
        _discovery.GetAsync(refresh, cancellationToken);

    /// <inheritdoc/>
    public Task<VersionInfo> GetVersionAsync(CancellationToken cancellationToken) =>
        GetJsonAsync("/version", KubernetesJson.Default.VersionInfo, cancellationToken);

    /// <summary>GETs a document that is not an object of the store.</summary>
    internal Task<TResult> GetJsonAsync<TResult>(string path, JsonTypeInfo<TResult> type, CancellationToken cancellationToken) =>
        _transport.SendAsync(new ApiRequest(HttpMethod.Get, path), Reader(type), cancellationToken);

    private static Func<Stream, CancellationToken, ValueTask<TResult>> Reader<TResult>(JsonTypeInfo<TResult> type) =>
        async (stream, token) => await JsonSerializer.DeserializeAsync(stream, type, token)
            ?? throw new JsonException($"the server answered null instead of {typeof(TResult).Name}");

    // What enters a cache is trimmed: shared strings for version and kind, no copy of the user's manifest.
    private static void Enter(IKubernetesObject item, string apiVersion, string kind)
    {
        item.ApiVersion = apiVersion;
        item.Kind = kind;
        item.Metadata.Annotations?.Remove(LastApplied);
    }
}
