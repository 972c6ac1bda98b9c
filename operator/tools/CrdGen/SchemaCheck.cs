using System.Text.Json.Nodes;

namespace ModelOperator.CrdGen;

/// <summary>
/// What the oldest supported server (Kubernetes 1.20) accepts in a structural schema. Newer keys, x-kubernetes-validations
/// first of all, make that server refuse the whole CustomResourceDefinition.
/// </summary>
public static class SchemaCheck
{
    private static readonly HashSet<string> Allowed =
    [
        "description", "type", "format", "title", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
        "maxLength", "minLength", "pattern", "maxItems", "minItems", "multipleOf", "enum", "maxProperties", "minProperties",
        "required", "items", "properties", "additionalProperties", "nullable", "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-int-or-string", "x-kubernetes-embedded-resource", "x-kubernetes-list-type", "x-kubernetes-list-map-keys",
        "x-kubernetes-map-type",
    ];

    private static readonly HashSet<string> Types = ["object", "array", "string", "integer", "boolean", "number"];

    /// <summary>Findings as "path: what is wrong"; empty when a 1.20 server accepts the schema.</summary>
    /// <param name="schema">The openAPIV3Schema.</param>
    /// <param name="path">Prefix of the findings' paths.</param>
    public static IReadOnlyList<string> Check(JsonObject schema, string path = "")
    {
        List<string> findings = [];
        Visit(schema, path, findings);
        return findings;
    }

    private static void Visit(JsonObject schema, string path, List<string> findings)
    {
        foreach (var (key, _) in schema)
        {
            if (!Allowed.Contains(key))
                findings.Add($"{path}: key '{key}' is not known to Kubernetes 1.20");
        }

        CheckType(schema, path, findings);
        CheckDefault(schema, path, findings);
        if (schema["nullable"] is JsonValue nullable && !nullable.GetValue<bool>())
            findings.Add($"{path}: nullable: false is the default and is dropped by the server; leave it out");
        if (schema["additionalProperties"] is { } additional and not JsonObject)
            findings.Add($"{path}: additionalProperties must be a schema, not {additional.ToJsonString()}");
        CheckRequired(schema, path, findings);
        Descend(schema, path, findings);
    }

    private static void CheckType(JsonObject schema, string path, List<string> findings)
    {
        if (schema["x-kubernetes-int-or-string"] is not null || schema["x-kubernetes-preserve-unknown-fields"] is not null)
            return;
        if (schema["type"] is not JsonValue type || !type.TryGetValue<string>(out var name) || !Types.Contains(name))
            findings.Add($"{path}: type must be one of {string.Join(", ", Types)}, not {schema["type"]?.ToJsonString() ?? "absent"}");
    }

    private static void CheckDefault(JsonObject schema, string path, List<string> findings)
    {
        if (schema["default"] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length == 0)
            findings.Add($"{path}: default: \"\" is refused by Kubernetes 1.20");
    }

    private static void CheckRequired(JsonObject schema, string path, List<string> findings)
    {
        if (schema["required"] is not JsonArray required)
            return;
        var properties = schema["properties"] as JsonObject;
        foreach (var name in required.Select(n => (string?)n))
        {
            if (name is null || properties?.ContainsKey(name) != true)
                findings.Add($"{path}: required names '{name}', which is not a property");
        }
    }

    private static void Descend(JsonObject schema, string path, List<string> findings)
    {
        foreach (var (member, property) in schema["properties"] as JsonObject ?? [])
        {
            if (property is JsonObject node)
                Visit(node, $"{path}.{member}", findings);
            else
                findings.Add($"{path}.{member}: must be a schema");
        }

        if (schema["items"] is JsonObject items)
            Visit(items, path + "[]", findings);
        else if (schema["type"] is JsonValue type && type.TryGetValue<string>(out var name) && name == "array")
            findings.Add($"{path}: an array needs items");
        if (schema["additionalProperties"] is JsonObject values)
            Visit(values, path + "{}", findings);
    }
}
