using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.Kubernetes;

/// <summary>
/// A narrow client of the Kubernetes API. Thread-safe. Every call throws <see cref="KubernetesException"/> for an answer
/// of the server that is not a success, <see cref="HttpRequestException"/> when the server cannot be reached, and
/// <see cref="TimeoutException"/> when the per-request timeout passes. Only reads are repeated after a broken connection;
/// 429 and 503 with Retry-After are repeated within bounds for every call, since the server did nothing.
/// The namespace argument is required for namespaced kinds, except that null lists and watches all namespaces;
/// it must be null for cluster-scoped kinds. A success whose body does not decode throws <see cref="System.Text.Json.JsonException"/>.
/// Objects from list and watch lack kubectl's last-applied annotation: read with get before a full replace of such an object.
/// </summary>
public interface IKubernetesClient
{
    /// <summary>Reads one object; null when it does not exist (404).</summary>
    Task<T?> GetAsync<T>(EntityDescriptor<T> descriptor, string name, string? namespaceName, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>Reads one page of a list.</summary>
    Task<KubernetesList<T>> ListAsync<T>(
        EntityDescriptor<T> descriptor, string? namespaceName, ListOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>
    /// Reads all pages. The list's resourceVersion is that of the first page, to watch from. A 410 in the middle is thrown: the caller starts over.
    /// </summary>
    Task<KubernetesList<T>> ListAllAsync<T>(
        EntityDescriptor<T> descriptor, string? namespaceName, ListOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>
    /// Watches from a version. Ends without error when the server closes the stream. Throws <see cref="KubernetesException"/>
    /// (410 included) for an ERROR event, <see cref="WatchDecodeException"/> for a line that is no event,
    /// <see cref="TimeoutException"/> when the stream is half-open, <see cref="IOException"/> when it breaks.
    /// </summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        EntityDescriptor<T> descriptor, string? namespaceName, string? resourceVersion, WatchOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>Creates; 409 AlreadyExists when the name is taken.</summary>
    Task<T> CreateAsync<T>(EntityDescriptor<T> descriptor, T entity, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>Replaces the main resource; 409 Conflict when resourceVersion is set and stale.</summary>
    Task<T> ReplaceAsync<T>(EntityDescriptor<T> descriptor, T entity, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>Replaces the status only (compare-and-swap by resourceVersion); 409 Conflict when it is stale.</summary>
    Task<T> ReplaceStatusAsync<T>(EntityDescriptor<T> descriptor, T entity, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>
    /// Server-side apply of an object that holds exactly the fields to own. A metadata.uid guards against resurrection: 409 when no
    /// object exists, 422 when a namesake does. On the status subresource the server ignores the uid: guard it with resourceVersion (409).
    /// </summary>
    Task<T> ApplyAsync<T>(EntityDescriptor<T> descriptor, T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>Server-side apply of a JSON body; it must carry apiVersion, kind and metadata.name.</summary>
    Task<T> ApplyAsync<T>(
        EntityDescriptor<T> descriptor,
        string name,
        string? namespaceName,
        ReadOnlyMemory<byte> body,
        ApplyOptions options,
        CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>JSON patch or merge patch with a raw body.</summary>
    Task<T> PatchAsync<T>(
        EntityDescriptor<T> descriptor,
        string name,
        string? namespaceName,
        PatchKind kind,
        ReadOnlyMemory<byte> body,
        PatchOptions? options,
        CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>Deletes. False when the object was already gone (404); 409 when a precondition does not hold.</summary>
    Task<bool> DeleteAsync<T>(
        EntityDescriptor<T> descriptor, string name, string? namespaceName, DeleteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>POSTs to a subresource, for example serviceaccounts/x/token or pods/x/eviction.</summary>
    Task<TResult> CreateSubresourceAsync<T, TBody, TResult>(
        EntityDescriptor<T> descriptor,
        string name,
        string? namespaceName,
        string subresource,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TResult> resultType,
        CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>POSTs to any path, for example a TokenReview.</summary>
    Task<TResult> PostAsync<TBody, TResult>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken);

    /// <summary>GETs any path as a stream, for example a pod's log. The caller disposes it.</summary>
    Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Groups, versions and resources that the server serves; cached until refresh is asked for.</summary>
    Task<ApiDiscovery> DiscoverAsync(bool refresh, CancellationToken cancellationToken);

    /// <summary>Version of the server.</summary>
    Task<VersionInfo> GetVersionAsync(CancellationToken cancellationToken);
}
