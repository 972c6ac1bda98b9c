using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Api;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Tests.Registry;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>What readers see of runs that are over: the cache keeps them packed.</summary>
public sealed class FinishedRunsTests
{
    [Fact]
    public async Task Runs_that_are_over_are_packed_and_read_as_the_server_has_them()
    {
        await using var server = await FakeApiServer.StartAsync(new FakeApiServerOptions());
        server.Register(ModelOperatorDescriptors.TrainingRuns);
        server.Register(ModelOperatorDescriptors.CarbonBudgets);
        server.Register(ModelOperatorDescriptors.ClusterCarbonBudgets);
        Add(server, Samples.Run("works"));
        var over = Samples.Finished("over") with { Spec = Runs.Spec };
        Add(server, over with { Status = over.Status! with { CurrentAttempt = null } });
        Add(server, Samples.Run("failed", TrainingRunPhase.Failed));
        using var client = new KubernetesClient(server.Configuration, new KubernetesClientOptions(), TimeProvider.System, new Random(1));
        using var runtime = new RuntimeMetrics();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var caches = new Caches(client, new InformerOptions(), TimeProvider.System, runtime, NullLoggerFactory.Instance);
        // Other tests have meters of the same name.
        using var registry = new PrometheusRegistry(meter => ReferenceEquals(meter.Scope, caches));
        using var metrics = new TrainingRunMetrics(caches);
        var runs = caches.For(ModelOperatorDescriptors.TrainingRuns, TrainingRunLine.RunCache);
        var running = caches.RunAsync(stop.Token);
        await caches.WaitForSyncAsync(stop.Token);

        foreach (var (name, packed) in new[] { ("works", false), ("over", true), ("failed", false) })
        {
            var read = runs.Get("ml", name)!;
            Assert.Equal(packed, !ReferenceEquals(read, runs.Get("ml", name)));
            var live = await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, name, "ml", stop.Token);
            Assert.True(JsonNode.DeepEquals(Json(live!), Json(read)), $"{Json(live!)} is read as {Json(read)}");
        }

        var text = registry.Write();
        foreach (var phase in new[] { "Running", "Succeeded", "Failed" })
            Assert.Contains($"modelop_runs{{namespace=\"ml\",phase=\"{phase}\"}} 1", text, StringComparison.Ordinal);
        await stop.CancelAsync();
        await running;
    }

    private static JsonObject Json(V1TrainingRun run) => JsonSerializer.SerializeToNode(run, TrainingRunsJson.Default.V1TrainingRun)!.AsObject();

    private static void Add(FakeApiServer server, V1TrainingRun run)
    {
        server.Add("trainingruns", Json(run with { Metadata = new V1ObjectMeta { Name = run.Metadata.Name, NamespaceProperty = "ml" } }));
        server.SetStatus("trainingruns", "ml", run.Metadata.Name, Json(run)["status"]!.AsObject());
    }
}
