using System.Text.Json.Nodes;

namespace ModelOperator.CrdGen;

/// <summary>Puts the schema itself where the exporter wrote a pointer to an earlier one: structural schemas know no $ref.</summary>
internal static class SchemaReferences
{
    internal static JsonObject Inline(JsonObject root) => (JsonObject)Inline(root, root);

    private static JsonNode Inline(JsonNode node, JsonObject root)
    {
        switch (node)
        {
            case JsonObject schema when (string?)schema["$ref"] is { } pointer:
                return Merge((JsonObject)Inline(Find(root, pointer), root), schema);
            case JsonObject schema:
                return new JsonObject(schema.Select(p => KeyValuePair.Create(p.Key, p.Value is null ? null : Inline(p.Value, root))));
            case JsonArray list:
                return new JsonArray([.. list.Select(i => i is null ? null : Inline(i, root))]);
            default:
                return node.DeepClone();
        }
    }

    /// <summary>The target with the words and bounds of the place that points to it.</summary>
    private static JsonObject Merge(JsonObject target, JsonObject pointing)
    {
        target.Remove("description");
        foreach (var (key, value) in pointing)
        {
            if (key == "description")
                target.Insert(0, key, value?.DeepClone());
            else if (key != "$ref")
                target[key] = value?.DeepClone();
        }

        return target;
    }

    private static JsonNode Find(JsonObject root, string pointer)
    {
        JsonNode? node = root;
        foreach (var step in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            node = node is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node?[step];
        return node ?? throw new InvalidOperationException($"the exporter points to {pointer}, which is not there");
    }
}
