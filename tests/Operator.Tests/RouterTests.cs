using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>A whole operator moves traffic by routers other than its gateway, and leaves everything else of a user's route alone.</summary>
public sealed class RouterTests
{
    [Theory]
    [InlineData(RouterKind.GatewayApi)]
    [InlineData(RouterKind.Istio)]
    [InlineData(RouterKind.Nginx)]
    [InlineData(RouterKind.Replicas)]
    public async Task A_canary_is_promoted_behind_a_router(RouterKind kind)
    {
        await using var world = await ToyWorld.FakeAsync();
        await PlayAsync(world, kind);
    }

    [Theory]
    [InlineData(RouterKind.GatewayApi)]
    [InlineData(RouterKind.Istio)]
    [InlineData(RouterKind.Nginx)]
    public async Task Blue_green_is_switched_watched_and_promoted_behind_a_router(RouterKind kind)
    {
        await using var world = await ToyWorld.FakeAsync();
        await PlayAsync(world, kind, new() { ScaleDownDelaySeconds = 2, BlueGreen = new() { AutoPromotionSeconds = 2, PostPromotionAnalysis = new() } });
        var preview = await world.ReadAsync(KubernetesDescriptors.Services, CanaryNames.Preview("shop"));
        Assert.Equal(CanaryScenario.Second, preview.Spec!.Selector![ModelOperatorApi.VersionLabel]);
    }

    [HttpRouteClusterFact]
    public Task The_same_with_an_HTTPRoute_on_a_real_server() => OnARealServerAsync(RouterKind.GatewayApi);

    [RealClusterFact]
    public Task The_same_with_a_VirtualService_on_a_real_server() => OnARealServerAsync(RouterKind.Istio);

    [RealClusterFact]
    public Task The_same_with_an_Ingress_on_a_real_server() => OnARealServerAsync(RouterKind.Nginx);

    [RealClusterFact]
    public Task The_same_with_numbers_of_Pods_on_a_real_server() => OnARealServerAsync(RouterKind.Replicas);

    [Fact]
    public async Task A_router_that_is_not_installed_a_missing_route_and_one_without_a_rule_are_named_and_found_later()
    {
        await using var world = await ToyWorld.FakeAsync();
        var scenario = new RouterScenario(RouterKind.GatewayApi);
        await scenario.CreateAsync(world);
        await using var instance = await OperatorInstance.StartAsync(world);
        await StalledAsync(world, CanaryReasons.RouterNotInstalled, "spec.trafficRouting.gatewayAPI.httpRoute: the API server has no kind HTTPRoute");
        var routes = new ToyRoutes(world);
        await routes.InstallAsync(RouterKind.GatewayApi);
        await StalledAsync(world, CanaryReasons.RouteNotFound, "HTTPRoute shop does not exist in this namespace; create it or name another");
        await world.CreateAsync(RoutingDescriptors.HttpRoutes, new HttpRoute { Metadata = new() { Name = ToyRoutes.Name }, Spec = new() { Rules = [new() { BackendRefs = [new() { Name = "shop" }] }] } });
        await StalledAsync(world, CanaryReasons.RouteInvalid, "it has no rule with backendRefs to both Services shop and shop-canary");
        Assert.Empty(await world.ListAsync(KubernetesDescriptors.Deployments));
        await world.DeleteAsync(RoutingDescriptors.HttpRoutes, ToyRoutes.Name);
        await routes.CreateAsync(RouterKind.GatewayApi);
        world.Play(routes.RunAsync);
        await world.UntilAsync(() => scenario.MissingAsync(world));
    }

    private static async Task OnARealServerAsync(RouterKind kind)
    {
        await using var world = await ToyWorld.RealAsync(speed: 20);
        await PlayAsync(world, kind);
    }

    private static async Task PlayAsync(ToyWorld world, RouterKind kind, CanaryStrategy? strategy = null)
    {
        var scenario = new RouterScenario(kind, strategy);
        await scenario.BeginAsync(world);
        var before = await UsersAsync(world, kind);
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(() => scenario.MissingAsync(world));
        Assert.DoesNotContain(instance.Wire.Writes, static w => w.Path.Contains("shop-gateway", StringComparison.Ordinal));
        var service = await world.ReadAsync(KubernetesDescriptors.Services, "shop");
        Assert.Equal((CanaryScenario.Second, "server"), (service.Spec!.Selector![ModelOperatorApi.VersionLabel], service.Spec.Selector[ModelOperatorApi.ComponentLabel]));
        if (kind == RouterKind.Nginx)
            Assert.Equal("0", (await world.ReadAsync(KubernetesDescriptors.Ingresses, "shop-canary")).Metadata.Annotations!["nginx.ingress.kubernetes.io/canary-weight"]);
        var after = await UsersAsync(world, kind);
        if (before is not null && after is not null)
            AssertOnlyWeights(world, kind, before, after);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(30));
    }

    /// <summary>Everything of the user's is as it was, and still the user's; weights, where they are in the user's object, give all to the stable Service.</summary>
    private static void AssertOnlyWeights(ToyWorld world, RouterKind kind, JsonNode before, JsonNode after)
    {
        Assert.Equal(kind == RouterKind.Nginx ? [] : [100, 0], Weights(after["spec"]!));
        Assert.Equal(Bare(before["spec"]!).ToJsonString(), Bare(after["spec"]!).ToJsonString());
        Assert.Equal("pricing", (string?)after["metadata"]!["labels"]!["team"]);
        if (world.Server is FakeTestServer)
            return;
        var fields = after["metadata"]!["managedFields"]!.AsArray().ToLookup(static f => (string)f!["manager"]!, static f => f!["fieldsV1"]!.ToJsonString());
        var users = Assert.Single(fields[ToyRoutes.User]);
        Assert.Contains("f:team", users, StringComparison.Ordinal);
        if (kind == RouterKind.GatewayApi)
            Assert.Contains("f:hostnames", users, StringComparison.Ordinal);
        Assert.All(fields[CanaryDeploymentRoom.Manager], static ours => Assert.DoesNotContain("f:labels", ours, StringComparison.Ordinal));
        Assert.All(fields[CanaryDeploymentRoom.Manager], static ours => Assert.DoesNotContain("f:host", ours, StringComparison.Ordinal));
    }

    private static async Task<JsonNode?> UsersAsync(ToyWorld world, RouterKind kind)
    {
        var routes = new ToyRoutes(world);
        return kind switch
        {
            RouterKind.GatewayApi => await routes.RawAsync(RoutingDescriptors.HttpRoutes),
            RouterKind.Istio => await routes.RawAsync(RoutingDescriptors.VirtualServices with { Version = world.Server is FakeTestServer ? "v1" : "v1beta1" }),
            RouterKind.Nginx => await routes.RawAsync(KubernetesDescriptors.Ingresses),
            _ => null,
        };
    }

    private static List<int> Weights(JsonNode node) => [.. Objects(node["rules"] ?? node["http"])
        .Where(static o => ((string?)o["name"] ?? (string?)o["destination"]?["host"])?.StartsWith("shop", StringComparison.Ordinal) == true && o.ContainsKey("weight")).Select(static o => (int)o["weight"]!)];

    private static JsonNode Bare(JsonNode node)
    {
        var bare = node.DeepClone();
        foreach (var part in Objects(bare))
            part.Remove("weight");
        return bare;
    }

    private static List<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject map => [map, .. map.SelectMany(static p => Objects(p.Value))],
        JsonArray list => [.. list.SelectMany(Objects)],
        _ => [],
    };

    private static async Task StalledAsync(ToyWorld world, string reason, string says)
    {
        var canary = await world.UntilAsync(
            ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, c => c.Status?.Reason == reason, c => $"{c.Status?.Phase} {c.Status?.Reason}: {c.Status?.Message}");
        var stalled = Conditions.Find(canary.Status!.Conditions, "Stalled")!;
        Assert.Equal(("True", reason), (stalled.Status, stalled.Reason));
        Assert.Contains(says, stalled.Message, StringComparison.Ordinal);
    }
}
