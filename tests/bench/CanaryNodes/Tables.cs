using System.Collections.Concurrent;
using System.Text.Json;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryNodes;

/// <summary>Route tables of all canaries, as their gateways would have taken them.</summary>
internal sealed class Tables
{
    private readonly ConcurrentDictionary<string, Table> _tables = new(StringComparer.Ordinal);

    internal IEnumerable<Table> All => _tables.Values;

    internal Table? Of(string canary) => _tables.GetValueOrDefault(canary);

    internal void See(V1ConfigMap map)
    {
        if (map.Data?.GetValueOrDefault("routes.json") is not { } json)
            return;
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var canary = root.GetProperty("canary").GetString()!;
        _tables[canary] = new(canary, root.GetProperty("revision").GetString()!, [.. root.GetProperty("arms").EnumerateArray().Select(ArmOf)]);
    }

    private static (string Arm, string Version, int Weight) ArmOf(JsonElement arm) =>
        (arm.GetProperty("name").GetString()!, arm.GetProperty("version").GetString()!, arm.GetProperty("weight").GetInt32());
}
