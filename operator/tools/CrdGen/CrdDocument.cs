using System.Text.Json.Nodes;
using ModelOperator.Api;

namespace ModelOperator.CrdGen;

/// <summary>The CustomResourceDefinition of a kind.</summary>
internal static class CrdDocument
{
    internal static string FileName(CrdKind kind) => $"{kind.Plural}.{ModelOperatorApi.Group}.yaml";

    internal static JsonObject Build(CrdKind kind) => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject
        {
            ["name"] = $"{kind.Plural}.{ModelOperatorApi.Group}",
            ["labels"] = new JsonObject { ["app.kubernetes.io/part-of"] = "model-operator" },
        },
        ["spec"] = new JsonObject
        {
            ["group"] = ModelOperatorApi.Group,
            ["scope"] = kind.Scope,
            ["names"] = Names(kind),
            ["versions"] = new JsonArray(Version(kind)),
        },
    };

    private static JsonObject Names(CrdKind kind)
    {
        var names = new JsonObject
        {
            ["kind"] = kind.Kind,
            ["listKind"] = kind.Kind + "List",
            ["plural"] = kind.Plural,
            ["singular"] = kind.Kind.ToLowerInvariant(),
            ["categories"] = new JsonArray("modelops"),
        };
        if (kind.ShortNames.Count > 0)
            names["shortNames"] = new JsonArray([.. kind.ShortNames.Select(n => JsonValue.Create(n))]);
        return names;
    }

    private static JsonObject Version(CrdKind kind) => new()
    {
        ["name"] = ModelOperatorApi.Version,
        ["served"] = true,
        ["storage"] = true,
        ["subresources"] = Subresources(kind),
        ["additionalPrinterColumns"] = new JsonArray([.. kind.Columns.Select(Column)]),
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = Schema(kind) },
    };

    private static JsonObject Subresources(CrdKind kind)
    {
        var subresources = new JsonObject { ["status"] = new JsonObject() };
        if (kind.Replicas is { } replicas)
        {
            subresources["scale"] = new JsonObject
            {
                ["specReplicasPath"] = replicas,
                ["statusReplicasPath"] = ".status.replicas",
                ["labelSelectorPath"] = ".status.selector",
            };
        }

        return subresources;
    }

    private static JsonObject Column(PrinterColumn column)
    {
        var node = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
        if (column.Wide)
            node["priority"] = 1;
        return node;
    }

    private static JsonObject Schema(CrdKind kind)
    {
        var spec = SchemaBuilder.Build(kind.Spec, kind.Json);
        spec.Insert(0, "description", "What the user asks for.");
        var status = SchemaBuilder.Build(kind.Status, kind.Json);
        status.Insert(0, "description", "What the operator knows; written by the operator alone.");
        // One writer writes it whole: owning its fields one by one would double the object and what the server does for each write.
        status.Insert(1, "x-kubernetes-map-type", "atomic");
        return new JsonObject
        {
            ["description"] = kind.Description,
            ["type"] = "object",
            ["required"] = new JsonArray("spec"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = new JsonObject { ["type"] = "string" },
                ["kind"] = new JsonObject { ["type"] = "string" },
                ["metadata"] = new JsonObject { ["type"] = "object" },
                ["spec"] = spec,
                ["status"] = status,
            },
        };
    }
}
