using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelOperator.CrdGen;

/// <summary>
/// Writes JSON as block YAML, the same bytes for the same tree. Texts that YAML could read as something else are written as
/// JSON strings, which YAML 1.2 contains.
/// </summary>
internal static class YamlWriter
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = System.Text.Json.Serialization.Metadata.JsonTypeInfoResolver.Combine(),
    };

    internal static string Write(JsonObject document)
    {
        var text = new StringBuilder();
        WriteObject(text, document, 0, indentFirst: true);
        return text.ToString();
    }

    private static void WriteObject(StringBuilder text, JsonObject node, int depth, bool indentFirst)
    {
        var first = true;
        foreach (var (key, value) in node)
        {
            if (!first || indentFirst)
                text.Append(' ', depth * 2);
            first = false;
            text.Append(Scalar(key)).Append(':');
            WriteValue(text, value, depth);
        }
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, int depth)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } child:
                text.Append('\n');
                WriteObject(text, child, depth + 1, indentFirst: true);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                WriteArray(text, list, depth + 1);
                break;
            default:
                text.Append(' ').Append(Leaf(value)).Append('\n');
                break;
        }
    }

    private static void WriteArray(StringBuilder text, JsonArray list, int depth)
    {
        foreach (var item in list)
        {
            text.Append(' ', depth * 2).Append('-');
            if (item is JsonObject { Count: > 0 } child)
            {
                text.Append(' ');
                WriteObject(text, child, depth + 1, indentFirst: false);
            }
            else
            {
                text.Append(' ').Append(Leaf(item)).Append('\n');
            }
        }
    }

    private static string Leaf(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue value when value.TryGetValue<string>(out var text) => Scalar(text),
        _ => node.ToJsonString(),
    };

    private static string Scalar(string text) => IsPlain(text) ? text : JsonEncode(text);

    private static string JsonEncode(string text) => JsonValue.Create(text)!.ToJsonString(Readable);

    private static bool IsPlain(string text) =>
        text.Length > 0
        && char.IsAsciiLetter(text[0])
        && text[^1] != ' '
        && !text.Contains(": ", StringComparison.Ordinal)
        && text[^1] != ':'
        && !text.Contains(" #", StringComparison.Ordinal)
        && text.All(c => c is >= ' ' and < '\u007f')
        && !Reserved.Contains(text);

    private static readonly HashSet<string> Reserved =
        new(["true", "false", "null", "yes", "no", "on", "off", "y", "n"], StringComparer.OrdinalIgnoreCase);
}
