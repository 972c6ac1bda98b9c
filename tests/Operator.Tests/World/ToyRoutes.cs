using System.Text;
using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// Routers and their users: the kinds, a user's route, a gateway that confirms HTTPRoutes, and the EndpointSlice controller for servers that run
/// without one.
/// </summary>
internal sealed class ToyRoutes(ToyWorld world)
{
    /// <summary>Field manager of the user's manifests.</summary>
    internal const string User = "argocd";

    internal const string Name = "shop";

    private const string Other = """{"matches":[{"path":{"type":"PathPrefix","value":"/docs"}}],"backendRefs":[{"name":"docs","port":80}]}""";

    /// <summary>Makes the server have the kind.</summary>
    internal async Task InstallAsync(RouterKind kind)
    {
        if (world.Server is FakeTestServer fake)
        {
            fake.Api.Register(RoutingDescriptors.HttpRoutes);
            fake.Api.Register(RoutingDescriptors.VirtualServices);
        }
        else if (kind == RouterKind.GatewayApi)
            await ForeignCrds.InstallHttpRoutesAsync(world.Client);
        else if (kind == RouterKind.Istio)
            await ForeignCrds.InstallVirtualServicesAsync(world.Client);
    }

    /// <summary>The user's route, by server-side apply; none without a router.</summary>
    internal Task CreateAsync(RouterKind kind) => kind switch
    {
        RouterKind.GatewayApi => ApplyAsync(RoutingDescriptors.HttpRoutes, "v1",
            $$$"""
            {"parentRefs":[{"name":"public","sectionName":"https"}],"hostnames":["prices.example.com"],
             "rules":[{{{Other}}},
              {"matches":[{"path":{"type":"PathPrefix","value":"/"}}],
               "filters":[{"type":"RequestHeaderModifier","requestHeaderModifier":{"set":[{"name":"x-team","value":"pricing"}]}}],
               "backendRefs":[{"name":"shop","port":8080,"weight":1},{"name":"shop-canary","port":8080,"weight":0}]}]}
            """),
        RouterKind.Istio => ApplyAsync(RoutingDescriptors.VirtualServices, world.Server is FakeTestServer ? "v1" : "v1beta1",
            """
            {"hosts":["shop"],"http":[
              {"name":"docs","route":[{"destination":{"host":"docs"}}]},
              {"name":"main","timeout":"5s","route":[{"destination":{"host":"shop","port":{"number":8080}},"weight":100},{"destination":{"host":"shop-canary"},"weight":0}]}]}
            """),
        RouterKind.Nginx => ApplyAsync(KubernetesDescriptors.Ingresses, "v1",
            """
            {"ingressClassName":"nginx","tls":[{"hosts":["prices.example.com"],"secretName":"prices-tls"}],
             "rules":[{"host":"prices.example.com","http":{"paths":[
              {"path":"/docs","pathType":"Prefix","backend":{"service":{"name":"docs","port":{"number":80}}}},
              {"path":"/","pathType":"Prefix","backend":{"service":{"name":"shop","port":{"number":8080}}}}]}}]}
            """),
        _ => Task.CompletedTask,
    };

    /// <summary>Plays until the world ends.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var slices = KubernetesDescriptors.EndpointSlices with
        {
            Version = (await world.Client.DiscoverAsync(false, cancellationToken)).ChooseVersion("discovery.k8s.io", "endpointslices", "v1", "v1beta1")!,
        };
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ConfirmAsync();
                await EndpointsAsync(slices);
            }
            catch (Exception missed) when (missed is KubernetesException or HttpRequestException or TimeoutException or IOException)
            {
                // A newer state is on its way, the kind is not installed, or the server did not answer.
            }

            await Task.Delay(world.Server.Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>The route as the server has it, with all its fields.</summary>
    internal Task<JsonNode> RawAsync<T>(EntityDescriptor<T> kind)
        where T : class, IKubernetesObject => ((KubernetesClient)world.Client).GetJsonAsync($"/apis/{kind.ApiVersion}/namespaces/{world.Space}/{kind.Plural}/{Name}", KubernetesJson.Default.JsonNode, CancellationToken.None);

    private async Task ApplyAsync<T>(EntityDescriptor<T> kind, string version, string spec)
        where T : class, IKubernetesObject
    {
        var body = new JsonObject
        {
            ["apiVersion"] = $"{kind.Group}/{version}",
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = world.Space, ["labels"] = new JsonObject { ["team"] = "pricing" } },
            ["spec"] = JsonNode.Parse(spec),
        };
        await world.Client.ApplyAsync(kind with { Version = version }, Name, world.Space, Encoding.UTF8.GetBytes(body.ToJsonString()), new ApplyOptions { FieldManager = User }, CancellationToken.None);
    }

    private async Task ConfirmAsync()
    {
        if (!(await world.Client.DiscoverAsync(false, CancellationToken.None)).Serves("gateway.networking.k8s.io", "v1", "httproutes")
            || await world.GetAsync(RoutingDescriptors.HttpRoutes, Name) is not { } route
            || route.Status?.Parents is [{ Conditions: [{ ObservedGeneration: var seen }, ..] }] && seen == route.Metadata.Generation)
            return;
        V1Condition Of(string type) => new()
        {
            Type = type,
            Status = "True",
            Reason = type,
            Message = "taken",
            ObservedGeneration = route.Metadata.Generation,
            LastTransitionTime = DateTimeOffset.UnixEpoch,
        };
        var parent = new RouteParentStatus { ParentRef = new() { Name = "public", SectionName = "https" }, ControllerName = "example.com/toy", Conditions = [Of("Accepted"), Of("ResolvedRefs")] };
        await world.Client.ReplaceStatusAsync(RoutingDescriptors.HttpRoutes, route with { Status = new() { Parents = [parent] } }, null, CancellationToken.None);
    }

    private async Task EndpointsAsync(EntityDescriptor<V1EndpointSlice> kind)
    {
        var pods = (await world.ListAsync(KubernetesDescriptors.Pods))
            .Where(static p => !p.IsDeleting && p.Status?.Conditions?.Any(static c => c is { Type: "Ready", Status: "True" }) == true).ToList();
        foreach (var service in (await world.ListAsync(KubernetesDescriptors.Services)).Where(static s => s.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.ComponentLabel) == RoutingDescriptors.Component))
        {
            var name = service.Metadata.Name + "-toy";
            var endpoints = pods.Where(p => service.Spec!.Selector!.All(l => p.Metadata.Labels?.GetValueOrDefault(l.Key) == l.Value))
                .Select(static p => new V1Endpoint { Addresses = [p.Status!.PodIP!], Conditions = new() { Ready = true }, TargetRef = new() { Kind = "Pod", Name = p.Metadata.Name } })
                .OrderBy(static e => e.TargetRef!.Name, StringComparer.Ordinal).ToList();
            var now = await world.Client.GetAsync(kind, name, world.Space, CancellationToken.None);
            if (now is not null && (now.Endpoints ?? []).Select(static e => e.TargetRef!.Name).SequenceEqual(endpoints.Select(static e => e.TargetRef!.Name)))
                continue;
            var slice = (now ?? new()) with
            {
                ApiVersion = kind.ApiVersion,
                Metadata = (now?.Metadata ?? new() { Name = name, NamespaceProperty = world.Space }) with
                {
                    Labels = new(service.Metadata.Labels!) { [V1EndpointSlice.ServiceLabel] = service.Metadata.Name },
                    OwnerReferences = [new() { ApiVersion = "v1", Kind = "Service", Name = service.Metadata.Name, Uid = service.Metadata.Uid!, Controller = true }],
                },
                AddressType = "IPv4",
                Endpoints = endpoints,
            };
            await (now is null ? world.Client.CreateAsync(kind, slice, null, CancellationToken.None) : world.Client.ReplaceAsync(kind, slice, null, CancellationToken.None));
        }
    }
}
