using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.Kubernetes;

/// <content>Writes.</content>
public sealed partial class KubernetesClient
{
    /// <inheritdoc/>
    public Task<T> CreateAsync<T>(EntityDescriptor<T> descriptor, T entity, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject =>
        WriteAsync(HttpMethod.Post, ResourcePath.ForCreate(descriptor, NamespaceOf(descriptor, entity)), descriptor, entity, options, cancellationToken);

    /// <inheritdoc/>
    public Task<T> ReplaceAsync<T>(EntityDescriptor<T> descriptor, T entity, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject =>
        WriteAsync(HttpMethod.Put, PathOf(descriptor, entity, null), descriptor, entity, options, cancellationToken);

    /// <inheritdoc/>
    public Task<T> ReplaceStatusAsync<T>(EntityDescriptor<T> descriptor, T entity, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject =>
        WriteAsync(HttpMethod.Put, PathOf(descriptor, entity, "status"), descriptor, entity, options, cancellationToken);

    /// <inheritdoc/>
    public Task<T> ApplyAsync<T>(EntityDescriptor<T> descriptor, T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject =>
        ApplyAsync(
            descriptor, entity.Metadata.Name, NamespaceOf(descriptor, entity), Serialize(descriptor, entity), options, cancellationToken);

    /// <inheritdoc/>
    public Task<T> ApplyAsync<T>(
        EntityDescriptor<T> descriptor,
        string name,
        string? namespaceName,
        ReadOnlyMemory<byte> body,
        ApplyOptions options,
        CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        // JSON is YAML: the server takes it under the apply media type on every version.
        var path = ResourcePath.Item(descriptor, namespaceName, name, options.Subresource)
            .With("fieldManager", options.FieldManager)
            .With("force", options.Force ? "true" : null)
            .With("dryRun", options.DryRun ? "All" : null);
        return SendAsync(HttpMethod.Patch, path, body, "application/apply-patch+yaml", descriptor.Type, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> PatchAsync<T>(
        EntityDescriptor<T> descriptor,
        string name,
        string? namespaceName,
        PatchKind kind,
        ReadOnlyMemory<byte> body,
        PatchOptions? options,
        CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var path = ResourcePath.Item(descriptor, namespaceName, name, options?.Subresource)
            .With("fieldManager", options?.FieldManager)
            .With("dryRun", options is { DryRun: true } ? "All" : null);
        var media = kind == PatchKind.Json ? "application/json-patch+json" : "application/merge-patch+json";
        return SendAsync(HttpMethod.Patch, path, body, media, descriptor.Type, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync<T>(
        EntityDescriptor<T> descriptor, string name, string? namespaceName, DeleteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(options ?? new DeleteOptions(), KubernetesJson.Default.DeleteOptions);
        var path = ResourcePath.Item(descriptor, namespaceName, name).ToString();
        try
        {
            // The answer is the object or a Status; neither is of use here.
            return await _transport.SendAsync(
                new ApiRequest(HttpMethod.Delete, path, body, "application/json"), DrainAsync, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task<TResult> CreateSubresourceAsync<T, TBody, TResult>(
        EntityDescriptor<T> descriptor,
        string name,
        string? namespaceName,
        string subresource,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TResult> resultType,
        CancellationToken cancellationToken)
        where T : class, IKubernetesObject =>
        PostAsync(ResourcePath.Item(descriptor, namespaceName, name, subresource).ToString(), body, bodyType, resultType, cancellationToken);

    /// <inheritdoc/>
    public Task<TResult> PostAsync<TBody, TResult>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new ApiRequest(HttpMethod.Post, path, JsonSerializer.SerializeToUtf8Bytes(body, bodyType), "application/json"),
            Reader(resultType),
            cancellationToken);

    private static string? NamespaceOf<T>(EntityDescriptor<T> descriptor, T entity)
        where T : class, IKubernetesObject => descriptor.Namespaced ? entity.Metadata.NamespaceProperty : null;

    private static ResourcePath PathOf<T>(EntityDescriptor<T> descriptor, T entity, string? subresource)
        where T : class, IKubernetesObject =>
        ResourcePath.Item(descriptor, NamespaceOf(descriptor, entity), entity.Metadata.Name, subresource);

    // The version chosen by discovery lives in the descriptor; the body has to agree with the path.
    private static byte[] Serialize<T>(EntityDescriptor<T> descriptor, T entity)
        where T : class, IKubernetesObject
    {
        var apiVersion = descriptor.ApiVersion;
        if (entity.ApiVersion != apiVersion)
            entity.ApiVersion = apiVersion;
        return JsonSerializer.SerializeToUtf8Bytes(entity, descriptor.Type);
    }

    private static async ValueTask<bool> DrainAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.CopyToAsync(Stream.Null, cancellationToken);
        return true;
    }

    private Task<T> WriteAsync<T>(
        HttpMethod method, ResourcePath path, EntityDescriptor<T> descriptor, T entity, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        path.With("fieldManager", options?.FieldManager).With("dryRun", options is { DryRun: true } ? "All" : null);
        return SendAsync(method, path, Serialize(descriptor, entity), "application/json", descriptor.Type, cancellationToken);
    }

    private Task<TResult> SendAsync<TResult>(
        HttpMethod method,
        ResourcePath path,
        ReadOnlyMemory<byte> body,
        string mediaType,
        JsonTypeInfo<TResult> type,
        CancellationToken cancellationToken) =>
        _transport.SendAsync(new ApiRequest(method, path.ToString(), body, mediaType), Reader(type), cancellationToken);
}
