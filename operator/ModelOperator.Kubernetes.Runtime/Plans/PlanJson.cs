using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>JSON of plans without reflection; pure.</summary>
internal static class PlanJson
{
    public static JsonObject Object<T>(T value, JsonTypeInfo<T> type) =>
        JsonSerializer.SerializeToNode(value, type) as JsonObject ?? throw new JsonException($"{typeof(T).Name} did not serialise to an object");

    /// <summary>The status of an object; an empty one when it has none.</summary>
    public static JsonNode Status<T>(T entity, JsonTypeInfo<T> type)
    {
        var body = Object(entity, type);
        if (body["status"] is not { } status)
            return new JsonObject();
        body.Remove("status");
        return status;
    }

    public static byte[] Bytes(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            node.WriteTo(writer);
        return buffer.ToArray();
    }

    public static JsonObject OwnerReference(V1OwnerReference owner) => new()
    {
        ["apiVersion"] = owner.ApiVersion,
        ["kind"] = owner.Kind,
        ["name"] = owner.Name,
        ["uid"] = owner.Uid,
        ["controller"] = owner.Controller,
        ["blockOwnerDeletion"] = owner.BlockOwnerDeletion,
    };
}
