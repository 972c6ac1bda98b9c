using System.Collections.Immutable;
using System.Globalization;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>Reads a VirtualService. Pure. Istio does not say when its proxies have taken it: what the object says counts.</summary>
public static class VirtualServices
{
    /// <summary>The HTTP routes with both Services.</summary>
    /// <param name="service">VirtualService.</param>
    /// <param name="routes">Names of the routes; all when null.</param>
    /// <param name="stable">Service of the stable version.</param>
    /// <param name="canary">Service of the version under test.</param>
    public static RouteReading Read(VirtualService service, IReadOnlyList<string>? routes, string stable, string canary)
    {
        var space = service.Metadata.NamespaceProperty ?? "";
        var pairs = ImmutableArray.CreateBuilder<RoutePair>();
        string? problem = null;
        var http = service.Spec?.Http ?? [];
        HashSet<string> found = [];
        for (var i = 0; i < http.Count; i++)
        {
            if (routes is not null && !routes.Contains(http[i].Name ?? ""))
                continue;
            var destinations = http[i].Route ?? [];
            var path = string.Create(CultureInfo.InvariantCulture, $"/spec/http/{i}/route");
            if (RoutePairs.Of(path, [.. destinations.Select(d => Which(d.Destination?.Host, space, stable, canary))], j => Entry(path, destinations, j), out var wrong) is { } pair)
            {
                pairs.Add(pair);
                found.Add(http[i].Name ?? "");
            }

            problem ??= wrong;
        }

        if (routes?.FirstOrDefault(r => !found.Contains(r)) is { } missing)
            problem = $"its HTTP route \"{missing}\", named in spec.trafficRouting.istio.routes, is not there or lacks a destination to {stable} or {canary}; allowed: names of routes with both";
        else if (pairs.Count == 0)
            problem = $"it has no HTTP route with destinations to both hosts {stable} and {canary}; allowed: a route with one of each";
        return new(pairs.DrainToImmutable(), problem, null);
    }

    private static bool? Which(string? host, string space, string stable, string canary) =>
        Is(host, stable, space) ? true : Is(host, canary, space) ? false : null;

    private static bool Is(string? host, string service, string space) =>
        host == service || host == $"{service}.{space}" || host == $"{service}.{space}.svc" || host?.StartsWith($"{service}.{space}.svc.", StringComparison.Ordinal) == true;

    private static RouteBackend Entry(string path, List<VirtualServiceDestination> destinations, int index)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");
        return new(at, at + "/destination/host", destinations[index].Destination?.Host ?? "", destinations[index].Weight ?? 0);
    }
}
