using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>Writes the status of reconciled objects, and only when it differs. Thread-safe.</summary>
internal sealed class StatusWriter<TEntity, TStatus>(
    IKubernetesClient client,
    EntityDescriptor<TEntity> descriptor,
    JsonTypeInfo<TStatus> statusType,
    string manager,
    StatusWrite how)
    where TEntity : class, IKubernetesObject
    where TStatus : class
{
    private readonly SettledApplies settled = new();

    /// <summary>The server's answer; null when nothing was written, also because the object is gone.</summary>
    /// <param name="entity">The object as the decision saw it.</param>
    /// <param name="status">Whole next status.</param>
    /// <param name="version">Version that the write is bound to: the one seen, or that of a write of this very pass.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<TEntity?> WriteAsync(TEntity entity, TStatus status, string? version, CancellationToken cancellationToken)
    {
        var wanted = PlanJson.Object(status, statusType);
        if (JsonNode.DeepEquals(wanted, PlanJson.Status(entity, descriptor.Type)))
            return null;
        var digest = DesiredBody.Digest(wanted);
        if (settled.Holds(descriptor.Plural, entity.Key, digest, entity))
            return null;
        try
        {
            var written = how == StatusWrite.Apply
                ? await ApplyAsync(entity, wanted, version, cancellationToken).ConfigureAwait(false)
                : await SwapAsync(entity, wanted, version, cancellationToken).ConfigureAwait(false);
            settled.Record(descriptor.Plural, entity.Key, digest, written);
            return written;
        }
        catch (KubernetesException gone) when (gone.IsNotFound)
        {
            // Its key comes back as missing.
            return null;
        }
    }

    private Task<TEntity> ApplyAsync(TEntity entity, JsonObject status, string? version, CancellationToken cancellationToken)
    {
        // The server ignores a uid here (seen on 1.20): only the version keeps a late write from the object's successor.
        var metadata = new JsonObject { ["name"] = entity.Metadata.Name, ["uid"] = entity.Metadata.Uid };
        if (version is not null)
            metadata["resourceVersion"] = version;
        if (entity.Metadata.NamespaceProperty is { } namespaceName)
            metadata["namespace"] = namespaceName;
        var body = new JsonObject
        {
            ["apiVersion"] = descriptor.ApiVersion,
            ["kind"] = descriptor.Kind,
            ["metadata"] = metadata,
            ["status"] = status,
        };
        return client.ApplyAsync(
            descriptor, entity.Metadata.Name, entity.Metadata.NamespaceProperty, PlanJson.Bytes(body),
            new ApplyOptions { FieldManager = manager, Subresource = "status" }, cancellationToken);
    }

    private Task<TEntity> SwapAsync(TEntity entity, JsonObject status, string? version, CancellationToken cancellationToken)
    {
        if (version is null || entity.Metadata.Uid is null)
            throw new InvalidOperationException($"the status of {descriptor.Kind} {entity.Key} can be swapped only with uid and resourceVersion");
        var body = PlanJson.Object(entity, descriptor.Type);
        body["status"] = status;
        body["metadata"]!["resourceVersion"] = version;
        var desired = body.Deserialize(descriptor.Type) ?? throw new JsonException("an object deserialised to null");
        return client.ReplaceStatusAsync(descriptor, desired, new WriteOptions { FieldManager = manager }, cancellationToken);
    }
}
