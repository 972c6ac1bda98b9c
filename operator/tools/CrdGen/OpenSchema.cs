using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Kubernetes;

namespace ModelOperator.CrdGen;

/// <summary>Schemas of Kubernetes' own types that pass through as written: fields of newer servers must not be pruned.</summary>
internal static class OpenSchema
{
    internal static JsonObject? Of(Type type)
    {
        if (type == typeof(IntOrString))
            return new() { ["x-kubernetes-int-or-string"] = true };
        if (type == typeof(JsonElement))
            return Open();
        if (type == typeof(V1Volume))
            return Open(("name", "Name, unique in the Pod."));
        return type == typeof(V1VolumeMount) ? Open(("mountPath", "Path in the trainer's container."), ("name", "Name of the volume.")) : null;
    }

    private static JsonObject Open(params (string Name, string Description)[] required)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray([.. required.Select(r => JsonValue.Create(r.Name))]);
            schema["properties"] = new JsonObject(required.Select(r => KeyValuePair.Create<string, JsonNode?>(r.Name, new JsonObject { ["description"] = r.Description, ["type"] = "string" })));
        }

        schema["x-kubernetes-preserve-unknown-fields"] = true;
        return schema;
    }
}
