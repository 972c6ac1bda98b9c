using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <summary>RFC 6902 and RFC 7396.</summary>
internal static class JsonPatching
{
    /// <summary>Merge patch: null removes, lists are replaced.</summary>
    internal static JsonNode Merge(JsonNode? target, JsonNode patch)
    {
        if (patch is not JsonObject changes)
            return patch.DeepClone();
        var result = target is JsonObject map ? map : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
                result.Remove(name);
            else
                result[name] = Merge(result[name]?.DeepClone(), value);
        }

        return result;
    }

    /// <summary>JSON patch. A failed test or a missing path is a 422, as on the real server.</summary>
    internal static JsonObject Apply(JsonObject target, JsonArray operations)
    {
        var holder = new JsonObject { ["root"] = target };
        foreach (var operation in operations)
        {
            var kind = (string?)operation!["op"];
            var path = (string?)operation["path"] ?? throw FakeApiException.BadRequest("path is missing");
            switch (kind)
            {
                case "test" when !JsonNode.DeepEquals(Get(holder, path), operation["value"]):
                    throw Failed($"testing value {path} failed");
                case "test":
                    break;
                case "add":
                    Add(holder, path, operation["value"]?.DeepClone());
                    break;
                case "remove":
                    Remove(holder, path);
                    break;
                case "replace":
                    Remove(holder, path);
                    Add(holder, path, operation["value"]?.DeepClone());
                    break;
                case "move" or "copy":
                    var source = (string?)operation["from"] ?? throw FakeApiException.BadRequest("from is missing");
                    var value = Get(holder, source)?.DeepClone();
                    if (kind == "move")
                        Remove(holder, source);
                    Add(holder, path, value);
                    break;
                default:
                    throw FakeApiException.BadRequest($"unknown operation '{kind}'");
            }
        }

        return holder["root"]!.AsObject();
    }

    private static string[] Split(string path) =>
        [.. ("/root" + path).Split('/').Skip(1).Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static JsonNode? Get(JsonNode root, string path)
    {
        JsonNode? node = root;
        foreach (var segment in Split(path))
            node = Child(node, segment, path);
        return node;
    }

    private static JsonNode? Child(JsonNode? node, string segment, string path) => node switch
    {
        JsonObject map => map[segment],
        JsonArray list when Index(segment) is { } i && i < list.Count => list[i],
        _ => throw Failed($"{path} does not exist"),
    };

    private static JsonNode Parent(JsonNode root, string path)
    {
        JsonNode? node = root;
        foreach (var segment in Split(path)[..^1])
            node = Child(node, segment, path);
        return node ?? throw Failed($"the parent of {path} does not exist");
    }

    private static void Add(JsonNode root, string path, JsonNode? value)
    {
        var last = Split(path)[^1];
        switch (Parent(root, path))
        {
            case JsonObject map:
                map[last] = value;
                break;
            case JsonArray list when last == "-":
                list.Add(value);
                break;
            case JsonArray list when Index(last) is { } i && i <= list.Count:
                list.Insert(i, value);
                break;
            default:
                throw Failed($"cannot add at {path}");
        }
    }

    private static void Remove(JsonNode root, string path)
    {
        var last = Split(path)[^1];
        switch (Parent(root, path))
        {
            case JsonObject map when map.Remove(last):
                break;
            case JsonArray list when Index(last) is { } i && i < list.Count:
                list.RemoveAt(i);
                break;
            default:
                throw Failed($"{path} does not exist");
        }
    }

    private static int? Index(string segment) => int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var i) ? i : null;

    private static FakeApiException Failed(string why) => new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}");
}
