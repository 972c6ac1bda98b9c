using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.CrdGen;

/// <summary>A structural schema of a wire type, from its JSON contract and its attributes.</summary>
internal static class SchemaBuilder
{
    internal static JsonObject Build(Type type, JsonSerializerOptions options)
    {
        var exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };
        return SchemaReferences.Inline(options.GetJsonSchemaAsNode(type, exporter).AsObject());
    }

    private static JsonObject Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type == typeof(V1Condition))
            return Describe(ConditionSchema.Build(), context.PropertyInfo);
        if (OpenSchema.Of(type) is { } open)
            return Describe(open, context.PropertyInfo);
        var schema = node as JsonObject ?? [];
        Flatten(schema);
        AddFormat(schema, type);
        if (context.PropertyInfo is { } property)
        {
            AddBounds(schema, property);
            AddDefault(schema, property, type, context.TypeInfo.Options);
            MarkConditions(schema, property);
        }

        return Describe(schema, context.PropertyInfo);
    }

    /// <summary>["string","null"] becomes string; an enum becomes a string with values and without null.</summary>
    private static void Flatten(JsonObject schema)
    {
        if (schema["type"] is JsonArray types)
            schema["type"] = types.Select(t => (string?)t).First(t => t != "null");
        if (schema["enum"] is JsonArray values)
        {
            schema["type"] = "string";
            schema["enum"] = new JsonArray([.. values.Where(v => v is not null).Select(v => v!.DeepClone())]);
        }

        schema.Remove("default");
    }

    private static void AddFormat(JsonObject schema, Type type)
    {
        if (type == typeof(DateTimeOffset))
            (schema["type"], schema["format"]) = ("string", "date-time");
        else if (type == typeof(int))
            schema["format"] = "int32";
        else if (type == typeof(long))
            schema["format"] = "int64";
    }

    private static void AddBounds(JsonObject schema, JsonPropertyInfo property)
    {
        if (Find<RegularExpressionAttribute>(property) is { } pattern)
            schema["pattern"] = pattern.Pattern;
        if (Find<StringLengthAttribute>(property) is { } length)
        {
            schema["maxLength"] = length.MaximumLength;
            if (length.MinimumLength > 0)
                schema["minLength"] = length.MinimumLength;
        }

        if (Find<MaxItemsAttribute>(property) is { } items)
            schema["maxItems"] = items.Count;
        if (Find<RangeAttribute>(property) is not { } range)
            return;
        schema["minimum"] = Convert.ToInt64(range.Minimum, System.Globalization.CultureInfo.InvariantCulture);
        // RangeAttribute keeps a long as double, so that long.MaxValue cannot be told from "no upper bound": it is one.
        if (Convert.ToDouble(range.Maximum, System.Globalization.CultureInfo.InvariantCulture) < long.MaxValue)
            schema["maximum"] = Convert.ToInt64(range.Maximum, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void AddDefault(JsonObject schema, JsonPropertyInfo property, Type type, JsonSerializerOptions options)
    {
        if (Find<DefaultValueAttribute>(property)?.Value is not { } value)
            return;
        schema["default"] = JsonSerializer.SerializeToNode(value, options.GetTypeInfo(type));
    }

    private static void MarkConditions(JsonObject schema, JsonPropertyInfo property)
    {
        if (!typeof(IEnumerable<V1Condition>).IsAssignableFrom(property.PropertyType))
            return;
        schema["x-kubernetes-list-type"] = "map";
        schema["x-kubernetes-list-map-keys"] = new JsonArray("type");
    }

    private static JsonObject Describe(JsonObject schema, JsonPropertyInfo? property)
    {
        if (property is null || Find<DescriptionAttribute>(property) is not { } description)
            return schema;
        schema.Remove("description");
        schema.Insert(0, "description", description.Description);
        return schema;
    }

    private static T? Find<T>(JsonPropertyInfo property)
        where T : Attribute =>
        property.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: true).OfType<T>().FirstOrDefault();
}
