using System.Collections.Immutable;
using System.Globalization;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>Reads an HTTPRoute. Pure.</summary>
public static class HttpRoutes
{
    private static readonly string[] Confirmations = ["Accepted", "ResolvedRefs"];

    /// <summary>The rules with both Services, and whether every parent has taken the route as it stands.</summary>
    /// <param name="route">Route.</param>
    /// <param name="stable">Service of the stable version.</param>
    /// <param name="canary">Service of the version under test.</param>
    public static RouteReading Read(HttpRoute route, string stable, string canary)
    {
        var space = route.Metadata.NamespaceProperty ?? "";
        var pairs = ImmutableArray.CreateBuilder<RoutePair>();
        string? problem = null;
        var rules = route.Spec?.Rules ?? [];
        for (var i = 0; i < rules.Count; i++)
        {
            var refs = rules[i].BackendRefs ?? [];
            var path = string.Create(CultureInfo.InvariantCulture, $"/spec/rules/{i}/backendRefs");
            if (RoutePairs.Of(path, [.. refs.Select(r => Which(r, space, stable, canary))], j => Entry(path, refs, j), out var wrong) is { } pair)
                pairs.Add(pair);
            problem ??= wrong;
        }

        if (pairs.Count == 0)
            problem = $"it has no rule with backendRefs to both Services {stable} and {canary}; allowed: a rule with one of each";
        return new(pairs.DrainToImmutable(), problem, Pending(route, space));
    }

    private static bool? Which(HttpBackendRef reference, string space, string stable, string canary) =>
        reference.Group is not (null or "") || reference.Kind is not (null or "Service") || (reference.NamespaceProperty ?? space) != space ? null
        : reference.Name == stable ? true
        : reference.Name == canary ? false
        : null;

    private static RouteBackend Entry(string path, List<HttpBackendRef> refs, int index)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");
        return new(at, at + "/name", refs[index].Name, refs[index].Weight ?? 1);
    }

    private static string? Pending(HttpRoute route, string space)
    {
        if (route.Spec?.ParentRefs is not { Count: > 0 } parents)
            return "it has no parentRefs, so no gateway takes it";
        foreach (var parent in parents)
        {
            var entries = (route.Status?.Parents ?? []).Where(p => p.ParentRef.Names(parent, space)).ToList();
            if (entries.Count == 0)
                return $"no controller has answered for parent {parent.Name}";
            if (entries.SelectMany(e => Confirmations.Select(type => Doubt(e, type, route.Metadata.Generation))).FirstOrDefault(d => d is not null) is { } doubt)
                return doubt;
        }

        return null;
    }

    private static string? Doubt(RouteParentStatus entry, string type, long? generation)
    {
        var condition = Conditions.Find(entry.Conditions, type);
        if (condition is null || condition.ObservedGeneration is not { } seen || seen < generation)
            return string.Create(CultureInfo.InvariantCulture, $"{entry.ControllerName} has not said {type} of generation {generation} for parent {entry.ParentRef.Name}");
        return condition.Status == Conditions.True
            ? null
            : $"{entry.ControllerName} says {type} {condition.Status} for parent {entry.ParentRef.Name}: {condition.Reason}: {CanaryText.Cut(condition.Message, 200)}";
    }
}
