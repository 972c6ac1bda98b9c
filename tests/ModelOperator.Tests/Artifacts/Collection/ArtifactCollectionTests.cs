using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;

namespace ModelOperator.Tests.Artifacts.Collection;

/// <summary>The operator's part, with a real store.</summary>
public sealed class ArtifactCollectionTests : IAsyncLifetime, IDisposable
{
    private FakeApiServer api = null!;
    private StoreFixture store = null!;
    private KubernetesClient client = null!;
    private HttpClient http = null!;

    public async Task InitializeAsync()
    {
        api = await FakeApiServer.StartAsync();
        api.Register(ModelOperatorDescriptors.TrainingRuns);
        api.Register(ModelOperatorDescriptors.Models);
        api.Register(ModelOperatorDescriptors.ModelVersions);
        api.Register(ModelOperatorDescriptors.CanaryDeployments);
        store = await StoreFixture.StartAsync(static options => options with { Collection = CollectionMode.Delete });
        client = new KubernetesClient(api.Configuration, new KubernetesClientOptions { MaxRetries = 0, Qps = 0 }, TimeProvider.System, new Random(1));
        http = TransferHttp.ForStore();
    }

    public async Task DisposeAsync()
    {
        Dispose();
        await store.DisposeAsync();
        await api.DisposeAsync();
    }

    public void Dispose()
    {
        client.Dispose();
        http.Dispose();
    }

    [Fact]
    public async Task What_objects_name_anywhere_stays_on_whatever_page_they_are_and_the_rest_goes()
    {
        List<Sha256Digest> named = [], garbage = [];
        for (var i = 0; i < 4; i++)
            named.Add(await OldAsync($"named {i}"));
        garbage.Add(await OldAsync("garbage"));
        api.Add("trainingruns", Object("TrainingRun", "run", new JsonObject { ["datasets"] = new JsonArray(new JsonObject { ["uri"] = named[0].Uri }) }));
        api.Add("canarydeployments", Object("CanaryDeployment", "canary", []));
        api.SetStatus("canarydeployments", "team", "canary", new JsonObject { ["digests"] = new JsonArray(new JsonObject { ["digest"] = named[1].ToString() }) });
        var annotated = Object("Model", "model", []);
        annotated["metadata"]!["annotations"] = new JsonObject { ["note"] = $"see {named[2].Hex}" };
        api.Add("models", annotated);
        // More than one page of versions; the last by name holds the digest.
        for (var i = 0; i < 520; i++)
            api.Add("modelversions", Object("ModelVersion", $"m-{i:000}", i == 519 ? new JsonObject { ["unknownField"] = named[3].ToString() } : []));

        Assert.True(await Pass().PassAsync(CancellationToken.None));
        Assert.All(named, digest => Assert.True(IsThere(digest)));
        Assert.All(garbage, digest => Assert.False(IsThere(digest)));
        Assert.Equal(2, api.Requests.Count(static request => request is { Resource: "modelversions", Verb: "list" }));
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_to_its_end_collects_nothing()
    {
        var garbage = await OldAsync("garbage");
        api.Add("trainingruns", Object("TrainingRun", "run", new JsonObject { ["datasets"] = new JsonArray(new JsonObject { ["uri"] = Sha256Digest.Of("x"u8).Uri }) }));
        foreach (var kind in new[] { "trainingruns", "models", "modelversions", "canarydeployments" })
        {
            var fault = api.Inject(new Fault(request => request.Resource == kind, FaultKind.Status));
            Assert.False(await Pass().PassAsync(CancellationToken.None));
            Assert.True(IsThere(garbage), kind);
            api.Remove(fault);
        }

        Assert.True(await Pass().PassAsync(CancellationToken.None));
        Assert.False(IsThere(garbage));
    }

    [Fact]
    public async Task Without_a_single_name_nothing_is_collected()
    {
        var garbage = await OldAsync("garbage");
        Assert.True(await Pass().PassAsync(CancellationToken.None));
        Assert.True(IsThere(garbage));
    }

    private static JsonObject Object(string kind, string name, JsonObject spec) => new()
    {
        ["apiVersion"] = "modeloperator.io/v1alpha1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "team" },
        ["spec"] = spec,
    };

    private ArtifactCollection Pass() => new(
        new ObjectDigests(client),
        new ArtifactStoreClient(http, new StoreEndpoint(store.Url, store.Tokens.Issue(ArtifactScope.Admin)), TimeProvider.System),
        new OperatorOptions(),
        TimeProvider.System,
        NullLogger<ArtifactCollection>.Instance);

    private async Task<Sha256Digest> OldAsync(string text)
    {
        var digest = await store.StoreAsync(System.Text.Encoding.UTF8.GetBytes(text));
        File.SetLastWriteTimeUtc(CollectionEndpointTests.PathOf(store, digest), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        return digest;
    }

    private bool IsThere(Sha256Digest digest) => File.Exists(CollectionEndpointTests.PathOf(store, digest));
}
