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
    public async Task<TEntity?> WriteAsync(TEntity entity, TStatus status, CancellationToken cancellationToken)
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
                ? await ApplyAsync(entity, wanted, cancellationToken).ConfigureAwait(false)
                : await SwapAsync(entity, wanted, cancellationToken).ConfigureAwait(false);
            settled.Record(descriptor.Plural, entity.Key, digest, written);
            return written;
        }
        catch (KubernetesException gone) when (gone.IsNotFound)
        {
            // Its key comes back as missing.
            return null;
        }
    }

    private Task<TEntity> ApplyAsync(TEntity entity, JsonObject status, CancellationToken cancellationToken)
    {
        var metadata = new JsonObject { ["name"] = entity.Metadata.Name, ["uid"] = entity.Metadata.Uid };
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

    private Task<TEntity> SwapAsync(TEntity entity, JsonObject status, CancellationToken cancellationToken)
    {
        if (entity.Metadata.ResourceVersion is null || entity.Metadata.Uid is null)
            throw new InvalidOperationException($"the status of {descriptor.Kind} {entity.Key} can be swapped only with uid and resourceVersion");
        var body = PlanJson.Object(entity, descriptor.Type);
        body["status"] = status;
        var desired = body.Deserialize(descriptor.Type) ?? throw new JsonException("an object deserialised to null");
        return client.ReplaceStatusAsync(descriptor, desired, new WriteOptions { FieldManager = manager }, cancellationToken);
    }
}
