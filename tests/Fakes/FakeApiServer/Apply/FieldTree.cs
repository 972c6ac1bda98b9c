using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <summary>Flattens objects into paths of leaves, as managed fields do, and removes by path.</summary>
internal sealed class FieldTree(IReadOnlyDictionary<string, string[]> listKeys)
{
    private const char Separator = '\u0001';
    private const string Exists = ".";

    private static readonly HashSet<string> System =
    [
        "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "managedFields", "selfLink", "generateName",
    ];

    /// <summary>Leaves and their values; what the server itself writes is left out.</summary>
    internal Dictionary<string, string> Leaves(JsonObject root)
    {
        var leaves = new Dictionary<string, string>();
        foreach (var (name, value) in root)
        {
            if (name is "apiVersion" or "kind" || value is null)
                continue;
            if (name != "metadata")
            {
                Walk(name, name, value, leaves);
                continue;
            }

            foreach (var (field, child) in value.AsObject())
            {
                if (!System.Contains(field) && child is not null)
                    Walk($"metadata{Separator}{field}", field, child, leaves);
            }
        }

        return leaves;
    }

    /// <summary>Merges the applied object into the live one.</summary>
    internal void Merge(JsonObject live, JsonObject applied)
    {
        foreach (var (name, value) in applied)
        {
            if (value is null)
                continue;
            if (value is JsonObject child && live[name] is JsonObject existing)
                Merge(existing, child);
            else if (value is JsonArray items && live[name] is JsonArray current)
                MergeList(live, name, current, items);
            else
                live[name] = value.DeepClone();
        }
    }

    /// <summary>Removes leaves; containers that become empty go too.</summary>
    internal void Remove(JsonObject root, IEnumerable<string> paths)
    {
        // whole list items first: fields that the server defaulted in them go along
        foreach (var path in paths.OrderBy(p => p.EndsWith(Exists, StringComparison.Ordinal) ? 0 : 1))
            RemoveAt(root, path.Split(Separator), 0, null);
    }

    /// <summary>Human-readable form for conflict messages.</summary>
    internal static string Display(string path) => "." + path.Replace(Separator, '.');

    private void Walk(string path, string field, JsonNode node, Dictionary<string, string> leaves)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                foreach (var (name, value) in map)
                {
                    if (value is not null)
                        Walk($"{path}{Separator}{name}", name, value, leaves);
                }

                break;
            case JsonArray { Count: > 0 } list when ListKeys.For(field, list, listKeys) is { } keys:
                foreach (var item in list.OfType<JsonObject>())
                {
                    var at = $"{path}{Separator}{ListKeys.KeyOf(item, keys)}";
                    leaves[$"{at}{Separator}{Exists}"] = string.Empty;
                    Walk(at, string.Empty, item, leaves);
                }

                break;
            case JsonArray { Count: > 0 } list when ListKeys.IsSet(field):
                foreach (var item in list)
                    leaves[$"{path}{Separator}v:{item}"] = string.Empty;
                break;
            default:
                leaves[path] = node.ToJsonString();
                break;
        }
    }

    private void MergeList(JsonObject parent, string field, JsonArray live, JsonArray applied)
    {
        if (ListKeys.IsSet(field))
        {
            foreach (var item in applied.Where(a => live.All(l => !JsonNode.DeepEquals(a, l))).ToList())
                live.Add(item!.DeepClone());
            return;
        }

        var keys = ListKeys.For(field, applied, listKeys);
        if (keys is null || ListKeys.For(field, live, listKeys) is null)
        {
            parent[field] = applied.DeepClone();
            return;
        }

        foreach (var item in applied.OfType<JsonObject>())
        {
            var key = ListKeys.KeyOf(item, keys);
            if (live.OfType<JsonObject>().FirstOrDefault(l => ListKeys.KeyOf(l, keys) == key) is { } existing)
                Merge(existing, item);
            else
                live.Add(item.DeepClone());
        }
    }

    private void RemoveAt(JsonNode node, string[] path, int at, string? field)
    {
        if (node is JsonObject map)
        {
            if (at == path.Length - 1)
                map.Remove(path[at]);
            else if (map[path[at]] is { } child)
            {
                RemoveAt(child, path, at + 1, path[at]);
                if (IsEmpty(child) && path[at] != "metadata")
                    map.Remove(path[at]);
            }
        }
        else if (node is JsonArray list)
        {
            RemoveFromList(list, path, at, field ?? string.Empty);
        }
    }

    private void RemoveFromList(JsonArray list, string[] path, int at, string field)
    {
        if (path[at].StartsWith("v:", StringComparison.Ordinal))
        {
            foreach (var item in list.Where(i => $"v:{i}" == path[at]).ToList())
                list.Remove(item);
            return;
        }

        var keys = ListKeys.For(field, list, listKeys);
        var found = keys is null ? null : list.OfType<JsonObject>().FirstOrDefault(i => ListKeys.KeyOf(i, keys) == path[at]);
        if (found is null)
            return;
        if (path[^1] == Exists && at == path.Length - 2)
            list.Remove(found);
        else if (!keys!.Contains(path[at + 1]))
            RemoveAt(found, path, at + 1, null); // a key field stays as long as its item does
    }

    private static bool IsEmpty(JsonNode node) => node is JsonObject { Count: 0 } or JsonArray { Count: 0 };
}
