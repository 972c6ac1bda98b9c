using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Api;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Turns under a namespace's limit of one run, of a leader whose cache shows nothing that happened after its start.</summary>
public sealed class TrainingRunLineTests
{
    private const string Space = "team";

    [Theory]
    [InlineData(TrainingRunPhase.Pending, true)]
    [InlineData(TrainingRunPhase.Running, false)]
    [InlineData(TrainingRunPhase.Succeeded, true)]
    public async Task A_new_leader_knows_the_attempts_that_its_predecessor_began_last(TrainingRunPhase other, bool granted)
    {
        await using var server = await FakeApiServer.StartAsync(new());
        server.Register(ModelOperatorDescriptors.TrainingRuns);
        server.Add("namespaces", new() { ["metadata"] = new JsonObject { ["name"] = Space, ["annotations"] = new JsonObject { [ModelOperatorApi.MaxConcurrentRunsAnnotation] = "1" } } });
        server.Add("trainingruns", Run("other"));
        server.Add("trainingruns", Run("asks"));
        server.Inject(new Fault(static r => r is { Verb: "watch", Resource: "trainingruns" }, FaultKind.SilentWatch));
        using var stop = new CancellationTokenSource();
        using var client = new KubernetesClient(server.Configuration, new(), TimeProvider.System, new Random(1));
        using var metrics = new RuntimeMetrics();
        var caches = new Caches(client, new(), TimeProvider.System, metrics, NullLoggerFactory.Instance);
        var line = new TrainingRunLine(client, caches, TimeProvider.System);
        var running = caches.RunAsync(stop.Token);
        await caches.WaitForSyncAsync(stop.Token);

        server.SetStatus("trainingruns", Space, "other", Status(other));
        var asks = await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, "asks", Space, stop.Token);
        Assert.Equal(granted, (await line.AskAsync(asks!, stop.Token))?.Granted);

        await stop.CancelAsync();
        await running;
    }

    private static JsonObject Run(string name) => JsonSerializer.SerializeToNode(
        new V1TrainingRun { Metadata = new() { Name = name, NamespaceProperty = Space }, Spec = Runs.Spec }, TrainingRunsJson.Default.V1TrainingRun)!.AsObject();

    private static JsonObject Status(TrainingRunPhase phase)
    {
        var status = new TrainingRunStatus
        {
            Phase = phase,
            Attempts = phase == TrainingRunPhase.Pending ? null : new() { Execution = 1 },
            CurrentAttempt = phase == TrainingRunPhase.Running ? new() { Number = 1 } : null,
        };
        return JsonSerializer.SerializeToNode(status, TrainingRunsJson.Default.TrainingRunStatus)!.AsObject();
    }
}
