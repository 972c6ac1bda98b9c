using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.ModelVersions;
using ModelOperator.Tests.Artifacts;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.ModelVersions.Things;

namespace ModelOperator.Tests.ModelVersions;

/// <summary>Both rooms with the real runtime, client and artifact store before an API server in this process; no database anywhere.</summary>
public sealed class RegistrationTests
{
    private const int Runs = 50;

    [Fact]
    public async Task Fifty_registrations_at_once_with_two_competing_operators_give_each_number_once_and_each_alias_one_holder()
    {
        await using var store = await StoreFixture.StartAsync();
        var file = await store.StoreAsync("{}"u8.ToArray());
        var manifest = ArtifactManifest.Create([new ManifestEntry(file, 2, "model.json")]);
        await store.StoreAsync(manifest.Bytes.ToArray());
        await using var server = await StartServerAsync();
        using var first = await StartOperatorAsync(server, store);
        using var second = await StartOperatorAsync(server, store);
        server.Add("models", Json(new V1Model { Metadata = Meta("diamonds") }, ModelVersionsJson.Default.V1Model));
        using var enough = new CancellationTokenSource();
        var given = new ConcurrentDictionary<long, string>();
        var watching = new TaskCompletionSource();
        var history = HistoryAsync(server, given, watching, enough.Token);
        await watching.Task;
        await Task.WhenAll(Enumerable.Range(0, Runs).Select(i => Task.Run(() => Publish(server, i, manifest.Digest))));

        var numbersSeen = new Dictionary<long, string>();
        await Eventually.TrueAsync(() => Task.FromResult(Register(server, numbersSeen) == Runs && IsSettled(server)), seconds: 120);
        var versions = server.All("modelversions").Select(static json => json.Deserialize(ModelVersionsJson.Default.V1ModelVersion)!).ToList();
        Assert.Equal(Enumerable.Range(1, Runs).Select(static n => (long?)n), versions.Select(ModelVersionName.NumberOf).Order());
        Assert.Equal(Runs, versions.Select(static v => v.Spec.TrainingRun!.Uid).Distinct().Count());
        var status = Model(server).Status!;
        // Of two operators the one whose caches are behind may give a run that has its version another number, which is then nobody's.
        Assert.True(status.NextVersion > Runs, $"the next number is {status.NextVersion}");
        Assert.Equal([("candidate", $"diamonds-{Runs}")], status.Aliases!.Select(static alias => (alias.Name, alias.Version)));
        Assert.Equal([$"diamonds-{Runs}"], versions.Where(static v => v.Status!.Aliases is { Count: > 0 }).Select(static v => v.Metadata.Name));
        Assert.Contains(server.Requests, static request => request is { Resource: "models", StatusCode: 409 });

        // What watches may be behind.
        await Eventually.TrueAsync(() => given.Count >= Runs || history.IsCompleted);
        await enough.CancelAsync();
        await history;
        Assert.Equal(Runs, given.Count);

        // The operator whose caches are behind loses a race or two after the last change; then nobody writes.
        await Eventually.SilentAsync(server, TimeSpan.FromSeconds(2), static request => request.Resource is "models" or "modelversions");
        await Task.WhenAll(first.StopAsync(), second.StopAsync());
    }

    [Fact]
    public async Task A_model_that_is_deleted_and_made_anew_does_not_give_a_number_again_that_a_run_remembers()
    {
        await using var store = await StoreFixture.StartAsync();
        await using var server = await StartServerAsync();
        var run = new V1TrainingRun { Metadata = Meta("old"), Spec = new TrainingRunSpec { ModelName = "diamonds" } };
        server.Add("trainingruns", Json(run, TrainingRunsJson.Default.V1TrainingRun));
        server.SetStatus("trainingruns", Space, "old", new JsonObject { ["phase"] = "Succeeded", ["modelVersion"] = "diamonds-7" });
        using var host = await StartOperatorAsync(server, store);
        server.Add("models", Json(new V1Model { Metadata = Meta("diamonds") }, ModelVersionsJson.Default.V1Model));
        await Eventually.TrueAsync(() => Task.FromResult(Model(server).Status is not null));
        Assert.Equal(8, Model(server).Status!.NextVersion);
        await host.StopAsync();
    }

    private static async Task<FakeApiServer> StartServerAsync()
    {
        var server = await FakeApiServer.StartAsync(new FakeApiServerOptions { BookmarkInterval = TimeSpan.FromMilliseconds(200) });
        server.Register(ModelOperatorDescriptors.TrainingRuns);
        server.Register(ModelOperatorDescriptors.Models);
        server.Register(ModelOperatorDescriptors.ModelVersions);
        server.Register(ModelOperatorDescriptors.CanaryDeployments);
        return server;
    }

    private static async Task<IHost> StartOperatorAsync(FakeApiServer server, StoreFixture store)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IKubernetesClient>(_ => new KubernetesClient(
            server.Configuration, new KubernetesClientOptions { RetryBackoff = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, new Random(1)));
        builder.Services.AddSingleton(new OperatorOptions { StoreUrl = store.Url.ToString() });
        builder.Services.AddSingleton(store.Tokens);
        builder.Services.AddControllerHost().AddModelVersions();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Every status that the Model ever had: a number stays with its run, and the next one only grows.</summary>
    private static async Task HistoryAsync(FakeApiServer server, ConcurrentDictionary<long, string> given, TaskCompletionSource watching, CancellationToken cancellationToken)
    {
        using var client = new KubernetesClient(server.Configuration, new KubernetesClientOptions(), TimeProvider.System, new Random(1));
        long next = 0;
        try
        {
            await foreach (var change in client.WatchAsync(ModelOperatorDescriptors.Models, Space, "0", null, cancellationToken))
            {
                watching.TrySetResult();
                if (change.Object?.Status is not { } status)
                    continue;
                Assert.True(status.NextVersion >= next, "nextVersion was lowered");
                next = status.NextVersion;
                foreach (var allocation in status.Allocations ?? [])
                    Assert.True(given.TryAdd(allocation.Number, allocation.RunUid) || given[allocation.Number] == allocation.RunUid, $"number {allocation.Number} was given twice");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private static void Publish(FakeApiServer server, int index, Sha256Digest digest)
    {
        var run = new V1TrainingRun { Metadata = Meta($"run-{index}"), Spec = new TrainingRunSpec { ModelName = "diamonds" } };
        server.Add("trainingruns", Json(run, TrainingRunsJson.Default.V1TrainingRun));
        server.SetStatus("trainingruns", Space, $"run-{index}", new JsonObject
        {
            ["phase"] = "Registering",
            ["artifact"] = new JsonObject { ["uri"] = digest.Uri, ["digest"] = digest.ToString() },
        });
    }

    /// <summary>What the run's room does with a number: create the version once. Returns the number of versions.</summary>
    private static int Register(FakeApiServer server, Dictionary<long, string> numbersSeen)
    {
        foreach (var allocation in Model(server).Status?.Allocations ?? [])
        {
            Assert.True(numbersSeen.TryAdd(allocation.Number, allocation.RunUid) || numbersSeen[allocation.Number] == allocation.RunUid, $"number {allocation.Number} was given twice");
            if (server.Find("modelversions", Space, ModelVersionName.Of("diamonds", allocation.Number)) is not null)
                continue;
            var run = server.Find("trainingruns", Space, allocation.RunName)!.Deserialize(TrainingRunsJson.Default.V1TrainingRun)!;
            Assert.Equal(run.Metadata.Uid, allocation.RunUid);
            var version = new V1ModelVersion
            {
                Metadata = Meta(ModelVersionName.Of("diamonds", allocation.Number)),
                Spec = new ModelVersionSpec
                {
                    Model = "diamonds",
                    Artifact = run.Status!.Artifact!,
                    Aliases = ["candidate"],
                    TrainingRun = new ObjectSource { Name = run.Metadata.Name, Uid = run.Metadata.Uid },
                },
            };
            server.Add("modelversions", Json(version, ModelVersionsJson.Default.V1ModelVersion));
        }
        return server.All("modelversions").Count;
    }

    private static bool IsSettled(FakeApiServer server) =>
        server.All("modelversions").All(static json => (string?)json["status"]?["phase"] == "Ready")
        && Model(server).Status is { Allocations: null or { Count: 0 }, LatestVersion: "diamonds-50", Aliases: [{ Version: "diamonds-50" }] }
        && (string?)server.Find("modelversions", Space, "diamonds-50")?["status"]?["aliases"]?[0] == "candidate"
        && server.All("modelversions").Count(static json => json["status"]?["aliases"] is JsonArray { Count: > 0 }) == 1;

    private static V1Model Model(FakeApiServer server) => server.Find("models", Space, "diamonds")!.Deserialize(ModelVersionsJson.Default.V1Model)!;

    private static V1ObjectMeta Meta(string name) => new() { Name = name, NamespaceProperty = Space };

    private static JsonObject Json<T>(T entity, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(entity, type)!.AsObject();
}
