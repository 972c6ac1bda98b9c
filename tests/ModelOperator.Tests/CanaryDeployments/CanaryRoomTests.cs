using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelOperator.Analysis;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.CanaryDeployments;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Metrics;
using ModelOperator.Tests.Artifacts;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The whole room against an API server: caches, observer, planner, executor. Kubelet and gateway are played by the test.</summary>
public sealed class CanaryRoomTests : IAsyncLifetime, IMetricSource, IGatewayReader
{
    private FakeApiServer server = null!;
    private IHost? host;

    public async Task InitializeAsync()
    {
        server = await FakeApiServer.StartAsync(new() { BookmarkInterval = TimeSpan.FromMilliseconds(50) });
        server.Register(ModelOperatorDescriptors.CanaryDeployments);
        server.Register(ModelOperatorDescriptors.ModelVersions);
    }

    public async Task DisposeAsync()
    {
        if (host is not null)
            await host.StopAsync();
        host?.Dispose();
        await server.DisposeAsync();
    }

    public Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(Sample.Of(((PrometheusQuery)query).Query.Contains("5..", StringComparison.Ordinal) ? 0 : 1000));

    /// <summary>The gateway serves at once what the ConfigMap says.</summary>
    public Task<GatewayReport> ReadAsync(string pod, string address, CancellationToken cancellationToken) =>
        Task.FromResult(new GatewayReport(pod, (string?)Table()?["revision"]));

    private JsonNode? Table() => (string?)server.Find("configmaps", "shop", "prices-routes")?["data"]?[RouteTable.Key] is { } text ? JsonNode.Parse(text) : null;

    private void Start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IKubernetesClient>(new KubernetesClient(server.Configuration, new() { RetryBackoff = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, new Random(1)));
        builder.Services.AddSingleton(Options);
        builder.Services.AddSingleton(new ArtifactTokens(Encoding.UTF8.GetBytes(new string('k', 32))));
        builder.Services.AddSingleton<IMetricSource>(this);
        builder.Services.AddSingleton<IGatewayReader>(this);
        builder.Services.AddControllerHost().AddCanaryDeployments();
        host = builder.Build();
        _ = host.StartAsync();
    }

    private void AddVersion(string name)
    {
        server.Add("modelversions", new()
        {
            ["apiVersion"] = ModelOperatorApi.GroupVersion,
            ["kind"] = "ModelVersion",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "shop" },
            ["spec"] = new JsonObject { ["model"] = "diamonds", ["artifact"] = new JsonObject { ["uri"] = "modelop://sha256/" + new string('a', 64), ["digest"] = "sha256:" + new string('a', 64) } },
        });
        server.SetStatus("modelversions", "shop", name, new() { ["phase"] = "Ready" });
    }

    private void AddCanary()
    {
        var json = JsonSerializer.SerializeToNode(Of(Spec([Weight(20)])), CanaryDeploymentsJson.Default.V1CanaryDeployment)!.AsObject();
        json["metadata"]!.AsObject().Remove("uid");
        json["metadata"]!.AsObject().Remove("resourceVersion");
        server.Add("canarydeployments", json);
    }

    private CanaryDeploymentStatus? Status() =>
        server.Find("canarydeployments", "shop", "prices")!.Deserialize(CanaryDeploymentsJson.Default.V1CanaryDeployment)!.Status;

    private async Task UntilAsync(Func<CanaryDeploymentStatus, bool> goal)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ;)
        {
            Kubelet();
            if (Status() is { } status && goal(status))
                return;
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, $"not reached: {Status()?.Phase} {Status()?.Reason} {Status()?.Message}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private void Kubelet()
    {
        foreach (var deployment in server.All("deployments"))
        {
            var (name, generation, replicas) = ((string)deployment["metadata"]!["name"]!, (long)deployment["metadata"]!["generation"]!, (int)deployment["spec"]!["replicas"]!);
            if ((long?)deployment["status"]?["observedGeneration"] != generation)
                server.SetStatus("deployments", "shop", name, new() { ["observedGeneration"] = generation, ["availableReplicas"] = replicas, ["updatedReplicas"] = replicas });
            if (name != "prices-gateway" || server.Find("pods", "shop", "gateway-0") is not null)
                continue;
            server.Add("pods", new()
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["metadata"] = new JsonObject { ["name"] = "gateway-0", ["namespace"] = "shop", ["labels"] = deployment["spec"]!["template"]!["metadata"]!["labels"]!.DeepClone() },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray() },
            });
            server.SetStatus("pods", "shop", "gateway-0", new() { ["podIP"] = "10.0.0.1", ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }) });
        }
    }

    [Fact]
    public async Task A_canary_goes_all_the_way_and_then_nothing_is_written()
    {
        AddVersion("diamonds-1");
        AddVersion("diamonds-2");
        AddCanary();
        Start();
        await UntilAsync(s => s.Reason == CanaryReasons.Serving);
        server.Change("canarydeployments", "shop", "prices", live => live["spec"]!["versionRef"]!["name"] = "diamonds-2");
        await UntilAsync(s => s.StableVersion == "diamonds-2" && s.Reason == CanaryReasons.Serving);
        Assert.Equal(["Deployed", "Promoted"], Status()!.History!.Select(h => h.Outcome));
        Assert.NotNull(server.Find("services", "shop", "prices"));
        Assert.NotNull(server.Find("services", "shop", "prices-2"));
        Assert.Equal("diamonds-2", (string?)Assert.Single((JsonArray)Table()!["arms"]!)!["version"]);
        Assert.All(
            server.All("deployments").Concat(server.All("services")).Concat(server.All("secrets")).Concat(server.All("configmaps")),
            o => Assert.Equal("prices", (string?)o["metadata"]!["ownerReferences"]![0]!["name"]));
        await Eventually.SilentAsync(server, TimeSpan.FromSeconds(3), static _ => true);
    }

    [Fact]
    public async Task A_service_of_somebody_else_is_never_touched()
    {
        AddVersion("diamonds-1");
        server.Add("services", new() { ["apiVersion"] = "v1", ["kind"] = "Service", ["metadata"] = new JsonObject { ["name"] = "prices", ["namespace"] = "shop" }, ["spec"] = new JsonObject() });
        var before = server.Find("services", "shop", "prices")!.ToJsonString();
        AddCanary();
        Start();
        await UntilAsync(s => s.Reason == CanaryReasons.ServiceConflict);
        Assert.Contains("a Service prices exists and is not ours: delete it, or set another spec.service", Status()!.Message, StringComparison.Ordinal);
        Assert.Equal(before, server.Find("services", "shop", "prices")!.ToJsonString());
        Assert.Empty(server.All("deployments"));
    }
}
