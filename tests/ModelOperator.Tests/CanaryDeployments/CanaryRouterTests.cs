using System.Collections.Immutable;
using System.Text.Json;
using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Plans;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Routers by tables: what is refused, what a route says, what numbers of Pods come to, what is written when.</summary>
public sealed class CanaryRouterTests
{
    private static readonly RouterKind[] Others = [RouterKind.GatewayApi, RouterKind.Istio, RouterKind.Nginx, RouterKind.Replicas];

    public static TheoryData<string, CanaryDeploymentSpec> Wrong() => new()
    {
        { "spec.trafficRouting: has 0 members; exactly one of gatewayAPI, istio, nginx, replicas is allowed", Spec() with { TrafficRouting = new() } },
        {
            "spec.trafficRouting: has 2 members; exactly one",
            Routed(RouterKind.Nginx, Weight(50)) with { TrafficRouting = new() { Nginx = new() { Ingress = "a" }, Replicas = new() } }
        },
        {
            "spec.gateway.stickyHeader: \"x-user-id\" is not allowed with spec.trafficRouting.gatewayAPI: only the built-in gateway keeps a client",
            Routed(RouterKind.GatewayApi, Weight(50)) with { Gateway = new() { StickyHeader = "x-user-id" } }
        },
        { "spec.gateway: not allowed with spec.trafficRouting.istio", Routed(RouterKind.Istio, Weight(50)) with { Gateway = new() { Image = "x" } } },
        {
            "spec.analysis.metrics[0].type: ErrorRate is counted by the built-in gateway, which spec.trafficRouting.nginx takes the place of; allowed: a query of your own",
            Routed(RouterKind.Nginx, Weight(50)) with { Analysis = new() { Metrics = [Errors] } }
        },
        {
            "spec.analysis.metrics[0].type: Latency is counted by the built-in gateway",
            Routed(RouterKind.Replicas, Weight(50)) with { Analysis = new() { Metrics = [new() { Name = "p95", Type = CanaryMetricType.Latency, Threshold = new() { Max = "1" } }] } }
        },
        {
            "spec.service: \"a-service-of-a-name-that-fills-nearly-all-of-what-it-may-fill\" is too long with spec.trafficRouting.gatewayAPI",
            Routed(RouterKind.GatewayApi, Weight(50)) with { Service = "a-service-of-a-name-that-fills-nearly-all-of-what-it-may-fill" }
        },
        {
            "spec.trafficRouting.nginx.headerValue: \"yes\" needs spec.trafficRouting.nginx.header",
            Routed(RouterKind.Nginx, Weight(50)) with { TrafficRouting = new() { Nginx = new() { Ingress = "a", HeaderValue = "yes" } } }
        },
        {
            "spec.strategy.replicas: 2 is not allowed with spec.trafficRouting.replicas",
            Routed(RouterKind.Replicas) with { Strategy = new() { Replicas = 2, Steps = [Weight(50)] } }
        },
        { "spec.server.replicas: 0 is not allowed with spec.trafficRouting.replicas", Routed(RouterKind.Replicas, Weight(50)) with { Server = new() { Replicas = 0 } } },
        {
            "spec.strategy.blueGreen: not allowed with spec.trafficRouting.replicas: one Service leads to the Pods of both versions",
            Routed(RouterKind.Replicas) with { Strategy = new() { BlueGreen = new() } }
        },
        {
            "spec.strategy.bakeTimeSeconds: not allowed with spec.trafficRouting.replicas: one Service leads to the Pods of both versions, which would stand whole beside each other; allowed with gatewayAPI, istio, nginx",
            Routed(RouterKind.Replicas) with { Strategy = new() { Steps = [Weight(50)], BakeTimeSeconds = 60 } }
        },
        {
            "spec.gateway.stickyCookie: \"session\" is not allowed with spec.trafficRouting.istio: only the built-in gateway keeps a client",
            Routed(RouterKind.Istio, Weight(50)) with { Gateway = new() { StickyCookie = "session" } }
        },
        { "spec.strategy.steps[0].setWeight: 80 is not allowed with spec.trafficRouting.replicas", Routed(RouterKind.Replicas, Weight(80)) },
        {
            "spec.strategy.steps[0].setWeight: 10 cannot be reached within 5 points beside spec.server.replicas 3: 1 of 4 Pods are 25 %. Allowed: that weight, at least 6 replicas",
            Routed(RouterKind.Replicas, Weight(10)) with { TrafficRouting = new() { Replicas = new() } }
        },
        {
            "spec.strategy.steps (absent: the default's step 0, setWeight): 10 cannot be reached within 5 points",
            Routed(RouterKind.Replicas) with { Strategy = null, TrafficRouting = new() { Replicas = new() } }
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_a_router_cannot_do_is_refused_with_field_value_and_what_is_allowed(string words, CanaryDeploymentSpec spec)
    {
        Assert.Contains(words, CanaryDeploymentAdmission.Refusal(null, Of(spec)), StringComparison.Ordinal);
        Assert.Single(CanaryValidation.Problems(Of(spec)));
        // The reconciler keeps the same rules, and writes no weights of a router that it cannot tell.
        var move = CanaryPlanner.Decide(Of(spec), new(), Start);
        Assert.Equal(CanaryReasons.InvalidSpec, move.Status.Reason);
    }

    [Fact]
    public void Each_router_passes_with_what_it_can_do() =>
        Assert.All(Others, kind => Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(Routed(kind, Weight(25), Judged(), Weight(50), Pause(5), Weight(100))))));

    [Theory]
    [InlineData(RouterKind.GatewayApi)]
    [InlineData(RouterKind.Istio)]
    [InlineData(RouterKind.Nginx)]
    public void A_router_that_splits_requests_takes_blue_green_and_a_bake_time(RouterKind kind)
    {
        var blueGreen = Of(Routed(kind) with { Strategy = new() { BlueGreen = new() { PostPromotionAnalysis = new() } } });
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, blueGreen));
        Assert.Equal(["prices", "prices-canary", "prices-preview"], CanaryNames.Services(blueGreen));
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(Routed(kind) with { Strategy = new() { Steps = [Weight(50)], BakeTimeSeconds = 60 } })));
    }

    [Theory]
    [InlineData(9, 10, 1)]
    [InlineData(10, 10, 1)]
    [InlineData(19, 5, 1)]
    [InlineData(3, 25, 1)]
    [InlineData(4, 50, 4)]
    [InlineData(1, 1, 1)]
    [InlineData(7, 33, 3)]
    [InlineData(7, 100, 7)]
    public void The_number_of_pods_comes_nearest_to_the_weight(int stable, int weight, int expected)
    {
        Assert.Equal(expected, ReplicaRatio.Nearest(stable, weight));
        if (weight < 100)
            Assert.All(Enumerable.Range(1, stable), n => Assert.True(
                Math.Abs(ReplicaRatio.Percent(expected, stable) - weight) <= Math.Abs(ReplicaRatio.Percent(n, stable) - weight)));
    }

    public static TheoryData<string?, int?, string> Routes() => new()
    {
        { null, 10, """[{"backendRefs":[{"name":"docs"}]},{"backendRefs":[{"name":"prices","weight":90},{"name":"prices-canary","weight":10}]}]""" },
        { null, 0, """[{"backendRefs":[{"name":"prices"},{"name":"prices-canary","weight":0}]}]""" },
        { null, 50, """[{"backendRefs":[{"name":"prices"},{"name":"prices-canary"}]}]""" },
        { null, null, """[{"backendRefs":[{"name":"prices","weight":2},{"name":"prices-canary"}]}]""" },
        { null, null, """[{"backendRefs":[{"name":"prices"},{"name":"prices-canary"}]},{"backendRefs":[{"name":"prices"},{"name":"prices-canary","weight":0}]}]""" },
        { "no rule with backendRefs to both Services", null, """[{"backendRefs":[{"name":"prices"}]},{"backendRefs":[{"name":"prices-canary"}]}]""" },
        { "no rule with backendRefs to both Services", null, """[{"backendRefs":[{"name":"prices"},{"name":"prices-canary","namespace":"other"}]}]""" },
        { "no rule with backendRefs to both Services", null, """[{"backendRefs":[{"name":"prices"},{"name":"prices-canary","group":"x","kind":"Import"}]}]""" },
        { "/spec/rules/0/backendRefs names one of the two Services twice", 50, """[{"backendRefs":[{"name":"prices"},{"name":"prices"},{"name":"prices-canary"}]}]""" },
        { "/spec/rules/0/backendRefs/2 gives weight 1 to old besides", 50, """[{"backendRefs":[{"name":"prices"},{"name":"prices-canary"},{"name":"old"}]}]""" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public void A_route_says_a_percent_or_what_is_wrong_with_it(string? problem, int? weight, string rules)
    {
        var route = JsonSerializer.Deserialize($$$"""{"metadata":{"name":"prices","namespace":"shop"},"spec":{"rules":{{{rules}}}}}""", RoutingJson.Default.HttpRoute)!;
        var reading = HttpRoutes.Read(route, "prices", "prices-canary");
        Assert.Equal(weight, RoutePairs.Weight(reading.Pairs));
        if (problem is null)
            Assert.Null(reading.Problem);
        else
            Assert.Contains(problem, reading.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "prices", 100, "prices-canary", 0, null)]
    [InlineData(null, "prices.shop", 60, "prices-canary.shop.svc.cluster.local", 40, null)]
    [InlineData("no HTTP route with destinations to both hosts", "prices.other", 60, "prices-canary", 40, null)]
    [InlineData("its HTTP route \"mine\", named in spec.trafficRouting.istio.routes, is not there", "prices", 60, "prices-canary", 40, "mine")]
    public void A_virtual_service_is_found_by_its_hosts(string? problem, string first, int left, string second, int right, string? route)
    {
        var service = new VirtualService
        {
            Metadata = new() { Name = "prices", NamespaceProperty = "shop" },
            Spec = new() { Http = [new() { Name = "main", Route = [new() { Destination = new() { Host = first }, Weight = left }, new() { Destination = new() { Host = second }, Weight = right }] }] },
        };
        var reading = VirtualServices.Read(service, route is null ? null : [route], "prices", "prices-canary");
        if (problem is null)
            Assert.Equal((null, right), (reading.Problem, RoutePairs.Weight(reading.Pairs)));
        else
            Assert.Contains(problem, reading.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "True", "True", 4)]
    [InlineData("no controller has answered for parent public", null, null, 4)]
    [InlineData("toy has not said Accepted of generation 4 for parent public", "True", "True", 3)]
    [InlineData("toy says Accepted False for parent public: Because: text", "False", "True", 4)]
    [InlineData("toy says ResolvedRefs False for parent public: Because: text", "True", "False", 4)]
    public void A_route_is_in_force_when_every_parent_says_so_of_its_generation(string? doubt, string? accepted, string? resolved, long seen)
    {
        V1Condition Of(string type, string status) => new() { Type = type, Status = status, Reason = "Because", Message = "text", ObservedGeneration = seen };
        var route = new HttpRoute
        {
            Metadata = new() { Name = "prices", NamespaceProperty = "shop", Generation = 4 },
            Spec = new() { ParentRefs = [new() { Name = "public" }], Rules = [new() { BackendRefs = [new() { Name = "prices" }, new() { Name = "prices-canary" }] }] },
            Status = new()
            {
                Parents =
                [
                    new() { ParentRef = new() { Name = "gone" }, ControllerName = "old" },
                    .. accepted is null ? [] : new[] { new RouteParentStatus { ParentRef = new() { Name = "public", NamespaceProperty = "shop", Kind = "Gateway" }, ControllerName = "toy", Conditions = [Of("Accepted", accepted), Of("ResolvedRefs", resolved!)] } },
                ],
            },
        };
        Assert.Equal(doubt, HttpRoutes.Read(route, "prices", "prices-canary").Pending);
        Assert.Equal("it has no parentRefs, so no gateway takes it", HttpRoutes.Read(route with { Spec = route.Spec with { ParentRefs = null } }, "prices", "prices-canary").Pending);
    }

    private static RoutedService Leads(string version, int ready = 1) =>
        new(version, ready == 0 ? ImmutableDictionary<string, int>.Empty : ImmutableDictionary<string, int>.Empty.Add(version, ready));

    private static readonly RouterReport Route = new(RouterKind.Istio, "VirtualService prices") { Weight = 20, Stable = Leads("v-1"), Canary = Leads("v-2") };

    public static TheoryData<bool, RouterReport, RouterSplit> Splits() => new()
    {
        { true, Route, new("v-1", "v-2", 20) },
        { false, Route, new("v-1", "v-2", 10) },
        { false, Route with { Pending = "not yet" }, new("v-1", "v-2", 20) },
        { false, Route with { Problem = new("x", "y") }, new("v-1", "v-2", 20) },
        // A Service that leads elsewhere, or whose endpoints have not followed.
        { false, Route with { Canary = Leads("v-3") }, new("v-1", "v-2", 20) },
        { false, Route with { Canary = new("v-2", ImmutableDictionary<string, int>.Empty.Add("v-3", 1)) }, new("v-1", "v-2", 20) },
        { false, Route with { Canary = Leads("v-2", 0) }, new("v-1", "v-2", 20) },
        { false, Route with { Stable = RoutedService.None }, new("v-1", "v-2", 20) },
        // What gets nothing may lead anywhere.
        { true, Route with { Weight = 0, Canary = RoutedService.None }, new("v-1", "v-2", 0) },
        { true, Route with { Weight = 100, Stable = RoutedService.None }, new("v-1", "v-2", 100) },
        // After the promotion the stable Service has to follow.
        { false, Route with { Weight = 0 }, new("v-2", null, 0) },
        { true, Pods(4, 1), new("v-1", "v-2", 20) },
        { true, Pods(4, 1), new("v-1", "v-2", 25) },
        { false, Pods(4, 1), new("v-1", "v-2", 26) },
        { false, Pods(4, 1) with { Stable = Pods(4, 1).Stable with { Version = "v-1" } }, new("v-1", "v-2", 20) },
        { false, Pods(4, 1) with { Stable = new(null, Pods(4, 1).Stable.Ready.Add("v-3", 1)) }, new("v-1", "v-2", 20) },
        { false, Pods(4, 1), new("v-1", "v-2", 0) },
        { true, Pods(4, 0) with { Stable = Leads("v-1", 4) }, new("v-1", "v-2", 0) },
        { true, Pods(0, 4) with { Stable = Leads("v-2", 4) }, new("v-1", "v-2", 100) },
    };

    private static RouterReport Pods(int stable, int canary) => new(RouterKind.Replicas, "Service prices")
    {
        Tolerance = 5,
        Stable = new(null, ImmutableDictionary<string, int>.Empty.Add("v-1", stable).Add("v-2", canary)),
    };

    [Theory]
    [MemberData(nameof(Splits))]
    public void A_split_is_served_only_when_weights_services_and_endpoints_say_so(bool served, RouterReport report, RouterSplit split) =>
        Assert.Equal(served, report.Serves(split, v => v is null ? null : new WorkloadView(1, 1)));

    [Fact]
    public void A_patch_tests_whose_entry_it_is_and_sets_nothing_but_weights()
    {
        var pair = new RoutePair(new("/spec/rules/1/backendRefs/0", "/spec/rules/1/backendRefs/0/name", "prices", 1), new("/spec/rules/1/backendRefs/3", "/spec/rules/1/backendRefs/3/name", "prices-canary", 0));
        Assert.Equal(
            """[{"op":"test","path":"/spec/rules/1/backendRefs/0/name","value":"prices"},{"op":"add","path":"/spec/rules/1/backendRefs/0/weight","value":90},{"op":"test","path":"/spec/rules/1/backendRefs/3/name","value":"prices-canary"},{"op":"add","path":"/spec/rules/1/backendRefs/3/weight","value":10}]""",
            RoutePairs.Patch([pair], 10).ToJsonString());
    }

    [Fact]
    public void The_canary_ingress_has_the_users_paths_to_our_service_and_a_header_only_while_the_canary_has_traffic()
    {
        var users = JsonSerializer.Deserialize(
            """
            {"metadata":{"name":"prices","namespace":"shop","annotations":{"kubernetes.io/ingress.class":"nginx","nginx.ingress.kubernetes.io/proxy-body-size":"1m"}},
             "spec":{"tls":[{"secretName":"t"}],"rules":[{"host":"a","http":{"paths":[{"path":"/docs","pathType":"Prefix","backend":{"service":{"name":"docs","port":{"number":80}}}},
              {"path":"/","pathType":"Prefix","backend":{"service":{"name":"prices","port":{"number":8080}}}}]}},{"host":"b","http":{"paths":[{"path":"/","backend":{"service":{"name":"docs"}}}]}}]}}
            """, KubernetesJson.Default.V1Ingress)!;
        var canary = Of(Routed(RouterKind.Nginx, Weight(50)));
        var routing = new NginxRouting { Ingress = "prices", Header = "x-canary", HeaderValue = "yes" };
        var ingress = CanaryIngress.Of(canary, routing, users, 0);
        Assert.Equal(["kubernetes.io/ingress.class", "nginx.ingress.kubernetes.io/canary", "nginx.ingress.kubernetes.io/canary-weight"], ingress.Metadata.Annotations!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("prices-canary", 0), (ingress.Metadata.Name, CanaryIngress.Weight(ingress)));
        var rule = Assert.Single(ingress.Spec!.Rules!);
        Assert.Equal(("a", "/", "prices-canary"), (rule.Host, Assert.Single(rule.Http!.Paths).Path, rule.Http.Paths[0].Backend!.Service!.Name));
        Assert.Equal("""{"number":8080}""", rule.Http.Paths[0].Backend!.Service!.Port.ToString());
        var weighted = CanaryIngress.Of(canary, routing, users, 30).Metadata.Annotations!;
        Assert.Equal(("30", "x-canary", "yes"), (weighted["nginx.ingress.kubernetes.io/canary-weight"], weighted["nginx.ingress.kubernetes.io/canary-by-header"], weighted["nginx.ingress.kubernetes.io/canary-by-header-value"]));
        Assert.DoesNotContain("prices-canary", JsonSerializer.Serialize(users, KubernetesJson.Default.V1Ingress), StringComparison.Ordinal);
    }

    [Fact]
    public void The_gateway_goes_only_when_the_router_that_takes_its_place_serves()
    {
        var gateway = new V1Deployment { Metadata = new() { Name = "prices-gateway", NamespaceProperty = "shop", Uid = "uid-gateway" } };
        var canary = Of(Routed(RouterKind.Istio, Weight(50)));
        foreach (var verified in new[] { false, true })
        {
            var status = new CanaryDeploymentStatus { Phase = CanaryPhase.Healthy, StableVersion = "v-1", Weights = new() { Stable = 100, Verified = verified } };
            var intents = CanaryChildren.Intents(canary, status, new() { Gateway = gateway, Router = Route }, new Dictionary<string, CanaryCredentials>(), Options);
            Assert.Equal(verified, intents.OfType<RemoveIntent<V1Deployment>>().Any());
            Assert.Empty(intents.OfType<EnsureIntent<V1ConfigMap>>());
        }
    }
}
