using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>
/// The cluster's side of a router other than the gateway: Services, their endpoints a second later, the user's route, and the proxies, which
/// take the route a second after it was written. Pods of a Deployment that is gone are ready for two seconds more.
/// </summary>
internal sealed class ToyRouter
{
    private readonly MemoryStore<HttpRoute> httpRoutes = new();
    private readonly MemoryStore<VirtualService> virtualServices = new();
    private readonly MemoryStore<V1Ingress> ingresses = new();
    private readonly MemoryStore<V1EndpointSlice> slices = new([.. RoutingDescriptors.EndpointCache.Indexes]);
    private readonly Dictionary<string, int> lingering = new(StringComparer.Ordinal);
    private readonly RouterKind kind;
    private List<V1Pod> pods = [];
    private string written = "";

    internal ToyRouter(RouterKind kind)
    {
        this.kind = kind;
        Reader = new(httpRoutes, virtualServices, ingresses, slices);
        Restore();
    }

    internal RouterReader Reader { get; }

    internal Dictionary<string, V1Service> Services { get; } = new(StringComparer.Ordinal);

    /// <summary>Percent that the proxies give the canary's Service; null without a route.</summary>
    internal int? Weight { get; private set; }

    /// <summary>Percent in the object of a router that does not confirm; null of one that does.</summary>
    internal int? SaidWeight => kind is RouterKind.Istio or RouterKind.Nginx ? int.Parse(Said(), CultureInfo.InvariantCulture) : null;

    /// <summary>What the user's manifest says: as in git, with weights of long ago.</summary>
    internal void Restore()
    {
        httpRoutes.Put(JsonSerializer.Deserialize(
            """
            {"metadata":{"name":"prices","namespace":"shop","uid":"uid-route","generation":1},
             "spec":{"parentRefs":[{"name":"public"}],"rules":[{"backendRefs":[{"name":"prices","port":8080,"weight":1},{"name":"prices-canary","port":8080,"weight":0}]}]}}
            """, RoutingJson.Default.HttpRoute)!);
        virtualServices.Put(JsonSerializer.Deserialize(
            """
            {"apiVersion":"networking.istio.io/v1","metadata":{"name":"prices","namespace":"shop","uid":"uid-vs","generation":1},
             "spec":{"hosts":["prices"],"http":[{"name":"main","route":[{"destination":{"host":"prices"},"weight":100},{"destination":{"host":"prices-canary.shop.svc.cluster.local"},"weight":0}]}]}}
            """, RoutingJson.Default.VirtualService)!);
        ingresses.Put(JsonSerializer.Deserialize(
            """
            {"metadata":{"name":"prices","namespace":"shop","uid":"uid-ingress","generation":1},
             "spec":{"ingressClassName":"nginx","rules":[{"host":"prices.example.com","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"prices","port":{"number":8080}}}}]}}]}}
            """, KubernetesJson.Default.V1Ingress)!);
    }

    internal void RemoveRoute()
    {
        foreach (var route in httpRoutes.List())
            httpRoutes.Remove(route);
        foreach (var service in virtualServices.List())
            virtualServices.Remove(service);
        if (ingresses.Get(new NamespacedName("shop", "prices")) is { } ingress)
            ingresses.Remove(ingress);
    }

    internal RouterReport? Read(V1CanaryDeployment canary) => Reader.Read(canary, [.. Services.Values], pods);

    internal bool Has(V1Service desired) => Services.TryGetValue(desired.Metadata.Name, out var now) && Text(now.Spec!.Selector!) == Text(desired.Spec!.Selector!);

    internal bool Apply(V1Service desired)
    {
        var (name, version) = (desired.Metadata.Name, Led(desired));
        // T4: only what gets nothing is led elsewhere; a router that does not confirm may still send, so there have to be Pods.
        if (Services.ContainsKey(name) && name.EndsWith("-canary", StringComparison.Ordinal))
            Assert.True(Weight is null or 0 || (kind != RouterKind.GatewayApi && Ready().Any(p => VersionOf(p) == version)), $"T4: {name} is led to {version} while it gets {Weight} %");
        Services[name] = desired with { Metadata = desired.Metadata with { Uid = "uid-" + name } };
        return true;
    }

    internal bool Has(V1Ingress desired) =>
        ingresses.Get(desired.Key) is { } now && Text(now.Metadata.Annotations!) == Text(desired.Metadata.Annotations!) && Wire(now.Spec!) == Wire(desired.Spec!);

    internal bool Apply(V1Ingress desired, V1CanaryDeployment owner)
    {
        ingresses.Put(desired with { Metadata = desired.Metadata with { Uid = "uid-ours", OwnerReferences = [owner.ToControllerReference()] } });
        return true;
    }

    internal bool Changes<T>(JsonPatchIntent<T> patch)
        where T : class, IKubernetesObject => !JsonNode.DeepEquals(Patched(patch), JsonSerializer.SerializeToNode(patch.Target, patch.Descriptor.Type));

    internal bool Apply(JsonPatchIntent<HttpRoute> patch)
    {
        var next = Patched(patch).Deserialize(patch.Descriptor.Type)!;
        httpRoutes.Put(next with { Metadata = next.Metadata with { Generation = next.Metadata.Generation + 1 } });
        return true;
    }

    internal bool Apply(JsonPatchIntent<VirtualService> patch)
    {
        virtualServices.Put(Patched(patch).Deserialize(patch.Descriptor.Type)!);
        return true;
    }

    /// <summary>A second: endpoints follow the Pods and selectors of a second ago, proxies the route of a second ago. True when something that is watched has changed.</summary>
    internal bool Pass(IReadOnlyDictionary<string, V1Deployment> deployments, bool down)
    {
        var changed = Endpoints();
        var route = Said();
        if (!(down && kind == RouterKind.GatewayApi) && route == written)
        {
            Weight = int.TryParse(route.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var weight) ? weight : null;
            changed |= Confirm();
        }

        written = route;
        pods = [.. deployments.SelectMany(d => Pods(d.Key, d.Value)), .. Lingering(deployments)];
        return changed;
    }

    /// <summary>Share of the requests by version; what goes to a Service without endpoints is lost.</summary>
    internal IReadOnlyList<(string Version, double Share)> Shares(out double lost)
    {
        var canary = kind == RouterKind.Replicas ? 0 : (Weight ?? 0) / 100.0;
        var stable = kind == RouterKind.Replicas || Weight is not null ? 1 - canary : 0;
        var parts = new[] { ("prices", stable), ("prices-canary", canary) }.Where(p => p.Item2 > 0)
            .Select(p => (Share: p.Item2, Of: Versions(p.Item1))).ToList();
        lost = parts.Where(p => p.Of.Count == 0).Sum(p => p.Share);
        return [.. parts.SelectMany(p => p.Of.Select(v => (Version: v, Share: p.Share / p.Of.Count))).GroupBy(s => s.Version, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Sum(s => s.Share))).OrderBy(s => s.Key, StringComparer.Ordinal)];
    }

    private List<string> Versions(string service) => [.. slices.Find(RoutingDescriptors.ByService, "shop/" + service).SelectMany(s => s.Endpoints!)
        .Select(e => e.TargetRef!.Name![..e.TargetRef.Name!.LastIndexOf('.')])];

    /// <summary>The route as it is written; without an object nothing.</summary>
    private string Said() => kind switch
    {
        RouterKind.GatewayApi => httpRoutes.List() is [var route] ? $"{RoutePairs.Weight(HttpRoutes.Read(route, "prices", "prices-canary").Pairs)} {route.Metadata.Generation}" : "",
        RouterKind.Istio => virtualServices.List() is [var service] ? $"{RoutePairs.Weight(VirtualServices.Read(service, null, "prices", "prices-canary").Pairs)}" : "",
        RouterKind.Nginx => ingresses.Get(new NamespacedName("shop", "prices")) is null ? ""
            : ingresses.Get(new NamespacedName("shop", "prices-canary")) is { } ours ? $"{CanaryIngress.Weight(ours)}" : "0",
        _ => "",
    };

    private bool Confirm()
    {
        if (kind != RouterKind.GatewayApi || httpRoutes.List() is not [var route] || route.Status?.Parents?[0].Conditions![0].ObservedGeneration == route.Metadata.Generation)
            return false;
        V1Condition Of(string type) => new() { Type = type, Status = "True", Reason = type, ObservedGeneration = route.Metadata.Generation };
        httpRoutes.Put(route with { Status = new() { Parents = [new() { ParentRef = new() { Name = "public" }, ControllerName = "toy", Conditions = [Of("Accepted"), Of("ResolvedRefs")] }] } });
        return true;
    }

    private bool Endpoints()
    {
        var changed = false;
        foreach (var service in Services.Values)
        {
            var key = new NamespacedName("shop", service.Metadata.Name + "-x");
            var endpoints = Ready().Where(p => service.Spec!.Selector!.All(l => p.Metadata.Labels!.GetValueOrDefault(l.Key) == l.Value))
                .Select(p => new V1Endpoint { Conditions = new() { Ready = true }, TargetRef = new() { Kind = "Pod", Name = p.Metadata.Name } }).ToList();
            if (slices.Get(key) is { } now && now.Endpoints!.Select(e => e.TargetRef!.Name).SequenceEqual(endpoints.Select(e => e.TargetRef!.Name)))
                continue;
            changed = true;
            slices.Put(new() { Metadata = new() { Name = key.Name, NamespaceProperty = "shop", Labels = new() { [V1EndpointSlice.ServiceLabel] = service.Metadata.Name } }, Endpoints = endpoints });
        }

        return changed;
    }

    private IEnumerable<V1Pod> Ready() => pods.Where(p => p.Status?.Phase == "Running");

    private IEnumerable<V1Pod> Pods(string version, V1Deployment deployment)
    {
        lingering[version] = 2;
        return Enumerable.Range(0, deployment.Spec!.Replicas ?? 1).Select(i => Pod(version, i, i < deployment.Status?.AvailableReplicas));
    }

    private List<V1Pod> Lingering(IReadOnlyDictionary<string, V1Deployment> deployments)
    {
        List<V1Pod> left = [];
        foreach (var version in lingering.Keys.Where(v => !deployments.ContainsKey(v)).ToList())
        {
            left.Add(Pod(version, 0, true));
            if (--lingering[version] == 0)
                lingering.Remove(version);
        }

        return left;
    }

    private static V1Pod Pod(string version, int index, bool ready) => new()
    {
        Metadata = new() { Name = string.Create(CultureInfo.InvariantCulture, $"{version}.{index}"), NamespaceProperty = "shop", Labels = CanaryWorkload.Selector("prices", version) },
        Status = new() { Phase = ready ? "Running" : "Pending" },
    };

    private static JsonNode Patched<T>(JsonPatchIntent<T> patch)
        where T : class, IKubernetesObject
    {
        var root = JsonSerializer.SerializeToNode(patch.Target, patch.Descriptor.Type)!;
        foreach (var operation in patch.Operations)
        {
            var path = ((string)operation!["path"]!).Split('/')[1..];
            var parent = path[..^1].Aggregate(root, (node, name) => node is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)]! : node[name]!);
            if ((string)operation["op"]! == "test")
                Assert.Equal((string)operation["value"]!, (string?)parent[path[^1]]);
            else
                parent[path[^1]] = operation["value"]!.DeepClone();
        }

        return root;
    }

    private static string? VersionOf(V1Pod pod) => CanaryChildren.VersionOf(pod);

    private static string? Led(V1Service service) => service.Spec!.Selector!.GetValueOrDefault(Api.ModelOperatorApi.VersionLabel);

    private static string Text(Dictionary<string, string> map) => string.Join(',', map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));

    private static string Wire(V1IngressSpec spec) => JsonSerializer.Serialize(new V1Ingress { Spec = spec }, KubernetesJson.Default.V1Ingress);
}
