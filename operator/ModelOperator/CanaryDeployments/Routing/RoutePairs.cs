using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>
/// Reads and patches weighted backends. Pure. HTTPRoute's <c>rules</c> and <c>backendRefs</c>, and VirtualService's lists, are atomic: server-side
/// apply of a weight would take the whole list from its owner. So each weight is set by a JSON patch that first tests whose entry it is.
/// </summary>
public static class RoutePairs
{
    /// <summary>The pair of one rule; null when it does not name both Services.</summary>
    /// <param name="path">JSON pointer to the list of entries.</param>
    /// <param name="names">For each entry, whether it is of the stable Service (true), of the canary's (false), or of neither.</param>
    /// <param name="entry">Makes an entry of its index.</param>
    /// <param name="problem">Why the rule cannot be used, when it names both.</param>
    public static RoutePair? Of(string path, IReadOnlyList<bool?> names, Func<int, RouteBackend> entry, out string? problem)
    {
        var stable = Indices(names, true);
        var canary = Indices(names, false);
        problem = null;
        if (stable.Count == 0 || canary.Count == 0)
            return null;
        if (stable.Count > 1 || canary.Count > 1)
            problem = $"{path} names one of the two Services twice; allowed: one entry each";
        else if (Enumerable.Range(0, names.Count).Where(i => names[i] is null).Select(entry).FirstOrDefault(e => e.Weight > 0) is { } other)
            problem = $"{other.Path} gives weight {other.Weight} to {other.Name} besides: percents of two versions would not be true; allowed: weight 0";
        return new(entry(stable[0]), entry(canary[0]));
    }

    /// <summary>The percent that all pairs give the canary; null when they differ or give none that is whole.</summary>
    public static int? Weight(ImmutableArray<RoutePair> pairs) => pairs is [var first, ..] && pairs.All(p => p.Weight == first.Weight) ? first.Weight : null;

    /// <summary>Operations that set the weights.</summary>
    public static JsonArray Patch(ImmutableArray<RoutePair> pairs, int weight) =>
        [.. pairs.SelectMany(p => Set(p.Stable, 100 - weight).Concat(Set(p.Canary, weight)))];

    private static JsonNode[] Set(RouteBackend backend, int weight) =>
    [
        new JsonObject { ["op"] = "test", ["path"] = backend.NamePath, ["value"] = backend.Name },
        new JsonObject { ["op"] = "add", ["path"] = backend.Path + "/weight", ["value"] = weight },
    ];

    private static List<int> Indices(IReadOnlyList<bool?> names, bool stable) => [.. Enumerable.Range(0, names.Count).Where(i => names[i] == stable)];
}
