using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.CarbonBudgets;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>The room with the real runtime, client and ledger before an API server in this process; kubelet and numbering are toys.</summary>
internal sealed class ServedWorld : IAsyncDisposable
{
    private const string Space = "team-a";
    private readonly FakeApiServer server;
    private readonly Func<int, PodFate> fateOf;
    private readonly List<string> podUids = [];
    private readonly CancellationTokenSource end = new();
    private Task others = Task.CompletedTask;
    private IHost? host;

    private ServedWorld(FakeApiServer server, Func<int, PodFate> fateOf) => (this.server, this.fateOf) = (server, fateOf);

    internal FakeApiServer Server => server;

    /// <summary>Pods that ever existed.</summary>
    internal int PodsSeen => podUids.Count;

    internal static async Task<ServedWorld> StartAsync(Func<int, PodFate> fateOf)
    {
        var server = await FakeApiServer.StartAsync(new FakeApiServerOptions { BookmarkInterval = TimeSpan.FromMilliseconds(200) });
        server.Register(ModelOperatorDescriptors.TrainingRuns);
        server.Register(ModelOperatorDescriptors.CarbonBudgets);
        server.Register(ModelOperatorDescriptors.BudgetOverrides);
        server.Register(ModelOperatorDescriptors.Models);
        server.Register(ModelOperatorDescriptors.ModelVersions);
        var world = new ServedWorld(server, fateOf);
        world.others = Task.Run(world.OthersAsync);
        return world;
    }

    /// <summary>Starts an operator, as a new process would.</summary>
    internal async Task StartOperatorAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IKubernetesClient>(_ => new KubernetesClient(
            server.Configuration, new KubernetesClientOptions { RetryBackoff = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, new Random(1)));
        builder.Services.AddSingleton(Runs.Options);
        builder.Services.AddSingleton(new ArtifactTokens(new byte[32]));
        var controllers = builder.Services.AddControllerHost();
        controllers.AddTrainingRuns();
        controllers.AddCarbonBudgets();
        builder.Services.AddSingleton<IDatasetProber, AllFound>();
        host = builder.Build();
        await host.StartAsync();
    }

    /// <summary>Ends the operator.</summary>
    internal async Task StopOperatorAsync()
    {
        if (host is null)
            return;
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await host.StopAsync(hurry.Token);
        host.Dispose();
        host = null;
    }

    internal void Create(V1TrainingRun run) => server.Add("trainingruns", ToJson(run with { Metadata = new V1ObjectMeta { Name = run.Metadata.Name, NamespaceProperty = Space }, Status = null }));

    internal void Create(V1CarbonBudget budget) => server.Add("carbonbudgets", JsonSerializer.SerializeToNode(
        budget with { Metadata = new V1ObjectMeta { Name = budget.Metadata.Name, NamespaceProperty = Space } }, CarbonBudgetsJson.Default.V1CarbonBudget)!.AsObject());

    internal V1TrainingRun? Run => server.Find("trainingruns", Space, "diamonds-v1")?.Deserialize(TrainingRunsJson.Default.V1TrainingRun);

    internal V1CarbonBudget Budget => server.Find("carbonbudgets", Space, "month")!.Deserialize(CarbonBudgetsJson.Default.V1CarbonBudget)!;

    /// <summary>Waits until something holds; false after the time.</summary>
    internal static async Task<bool> UntilAsync(Func<bool> holds, TimeSpan limit)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        return true;
    }

    /// <summary>Over, and settled in every budget.</summary>
    internal bool IsSettled() =>
        Run is { Status.Phase: TrainingRunPhase.Succeeded or TrainingRunPhase.Failed }
        && (Budget.Status?.Holds ?? []).Count == 0;

    private async Task OthersAsync()
    {
        while (!end.IsCancellationRequested)
        {
            StepPods();
            GiveNumbers();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private void StepPods()
    {
        foreach (var json in server.All("pods"))
        {
            var pod = json.Deserialize(KubernetesJson.Default.V1Pod)!;
            var uid = pod.Metadata.Uid!;
            if (!podUids.Contains(uid))
                podUids.Add(uid);
            var next = ToyKubelet.Step(pod, fateOf(podUids.IndexOf(uid) + 1), TimeProvider.System.GetUtcNow());
            if (next is null)
                server.Change("pods", Space, pod.Metadata.Name, p => p["metadata"]!.AsObject().Remove("finalizers"));
            if (next is null || (next.Metadata.DeletionTimestamp is not null && pod.Metadata.DeletionTimestamp is null))
                server.Delete("pods", Space, pod.Metadata.Name, now: next is null);
            else if (JsonSerializer.SerializeToNode(next.Status, KubernetesJson.Default.V1PodStatus) is JsonObject status && !JsonNode.DeepEquals(status, json["status"]))
                server.SetStatus("pods", Space, pod.Metadata.Name, status);
        }
    }

    /// <summary>What the Model's room does: a number for each run that has published.</summary>
    private void GiveNumbers()
    {
        if (Run is not { Status: { Artifact: not null, ModelVersion: null } } run || server.Find("models", Space, "diamonds") is not { } model || model["status"] is not null)
            return;
        server.SetStatus("models", Space, "diamonds", new JsonObject
        {
            ["nextVersion"] = 2,
            ["allocations"] = new JsonArray(new JsonObject { ["runUid"] = run.Metadata.Uid, ["runName"] = run.Metadata.Name, ["number"] = 1 }),
        });
    }

    private static JsonObject ToJson(V1TrainingRun run) => JsonSerializer.SerializeToNode(run, TrainingRunsJson.Default.V1TrainingRun)!.AsObject();

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await others;
        await StopOperatorAsync();
        await server.DisposeAsync();
        end.Dispose();
    }

    private sealed class AllFound : IDatasetProber
    {
        public Task<IReadOnlyList<DatasetFinding>> ProbeAsync(V1TrainingRun run, CancellationToken cancellationToken) => Task.FromResult(Runs.Found);
    }
}
