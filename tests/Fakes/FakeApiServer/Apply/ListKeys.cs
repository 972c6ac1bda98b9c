using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <summary>Which lists are maps by key, and which are sets; all others are replaced as a whole.</summary>
internal static class ListKeys
{
    private static readonly Dictionary<string, string[][]> Known = new()
    {
        ["ownerReferences"] = [["uid"]],
        ["containers"] = [["name"]],
        ["initContainers"] = [["name"]],
        ["env"] = [["name"]],
        ["volumes"] = [["name"]],
        ["imagePullSecrets"] = [["name"]],
        ["volumeMounts"] = [["mountPath"]],
        ["ports"] = [["containerPort", "protocol"], ["port", "protocol"]],
        ["conditions"] = [["type"]],
        ["webhooks"] = [["name"]],
    };

    /// <summary>Keys of the list, or null when it is atomic or a set.</summary>
    internal static string[]? For(string field, JsonArray list, IReadOnlyDictionary<string, string[]> extra)
    {
        var candidates = extra.TryGetValue(field, out var keys) ? [keys] : Known.GetValueOrDefault(field);
        return candidates?.FirstOrDefault(c => list.All(i => i is JsonObject o && c.All(o.ContainsKey)));
    }

    internal static bool IsSet(string field) => field == "finalizers";

    internal static string KeyOf(JsonObject item, string[] keys) =>
        "k:" + string.Join(',', keys.Select(k => $"{k}={item[k]!.ToJsonString()}"));
}
