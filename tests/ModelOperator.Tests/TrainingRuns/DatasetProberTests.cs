using System.Text;
using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Tests.Artifacts;
using ModelOperator.Tests.Datasets;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>What the operator finds out about claims, S3 and web sources before a run takes anything.</summary>
public sealed class DatasetProberTests(S3Server s3) : IClassFixture<S3Server>, IAsyncLifetime, IDisposable
{
    private FakeApiServer api = null!;
    private KubernetesClient client = null!;
    private HttpClient http = null!;
    private DatasetProber prober = null!;

    public async Task InitializeAsync()
    {
        api = await FakeApiServer.StartAsync(new FakeApiServerOptions());
        api.Register(new FakeResource("storage.k8s.io", "v1", "storageclasses", "StorageClass", Namespaced: false));
        client = new KubernetesClient(api.Configuration, new KubernetesClientOptions { RetryBackoff = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, new Random(1));
        http = TransferHttp.ForSigned();
        // A clock that stands still: no limit of time is about a busy machine.
        prober = new DatasetProber(
            client, new ArtifactStoreClient(http, new StoreEndpoint(new Uri("http://127.0.0.1:1"), "t"), TimeProvider.System), new FakeTimeProvider(TimeProvider.System.GetUtcNow()), http);
    }

    public async Task DisposeAsync() => await api.DisposeAsync();

    public void Dispose()
    {
        http.Dispose();
        client.Dispose();
    }

    [Theory]
    [InlineData("Bound", null, DatasetState.Found, "On PersistentVolumeClaim")]
    [InlineData("Pending", "late", DatasetState.Found, "first Pod is scheduled")]
    [InlineData("Pending", "now", DatasetState.Unavailable, "not bound yet")]
    [InlineData("Pending", null, DatasetState.Unavailable, "not bound yet")]
    [InlineData("Lost", null, DatasetState.NotFound, "lost its volume")]
    [InlineData(null, null, DatasetState.NotFound, "there is no PersistentVolumeClaim shared in namespace team-a")]
    public async Task A_claim_is_there_when_it_is_bound_or_waits_for_its_first_consumer(string? phase, string? storageClass, DatasetState state, string message)
    {
        api.Add("storageclasses", JsonNode.Parse("""{"metadata":{"name":"late"},"volumeBindingMode":"WaitForFirstConsumer"}""")!.AsObject());
        api.Add("storageclasses", JsonNode.Parse("""{"metadata":{"name":"now"},"volumeBindingMode":"Immediate"}""")!.AsObject());
        if (phase is not null)
        {
            api.Add("persistentvolumeclaims", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shared", ["namespace"] = "team-a" }, ["spec"] = new JsonObject { ["storageClassName"] = storageClass } });
            api.SetStatus("persistentvolumeclaims", "team-a", "shared", new JsonObject { ["phase"] = phase });
        }

        var finding = await ProbeAsync(new TrainingDataset { Name = "d", Uri = "pvc://shared/x.csv" });
        Assert.Equal(state, finding.State);
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_source_that_says_404_is_missing_and_every_other_answer_is_left_to_the_fetcher()
    {
        await using var source = await SourceServer.StartAsync([1, 2, 3]);
        var digest = "sha256:" + new string('a', 64);
        foreach (var (path, state) in new[] { ("/data.csv", DatasetState.Found), ("/missing?token=secret", DatasetState.NotFound), ("/forbidden", DatasetState.Found), ("/redirect", DatasetState.Found) })
        {
            var finding = await ProbeAsync(new TrainingDataset { Name = "d", Uri = new Uri(source.Url, path).ToString(), Digest = digest });
            Assert.Equal(state, finding.State);
            Assert.DoesNotContain("secret", finding.Message, StringComparison.Ordinal);
        }

        var unreachable = await ProbeAsync(new TrainingDataset { Name = "d", Uri = $"http://127.0.0.1:{FreePort.Next()}/x", Digest = digest });
        Assert.Equal((DatasetState.Found, "Left to the fetcher."), (unreachable.State, unreachable.Message));
    }

    [S3Fact]
    public async Task An_S3_object_is_found_with_its_size_by_the_Secrets_key_and_nothing_tells_the_key()
    {
        await s3.PutAsync("datasets", "probe/a.csv", [1, 2, 3, 4]);
        AddSecret("good", S3Server.SecretKey);
        AddSecret("bad", "wrong-secret-value");
        var found = await ProbeAsync(S3("s3://datasets/probe/a.csv", "good"));
        Assert.Equal((DatasetState.Found, 4L), (found.State, found.SizeBytes));
        Assert.Equal(DatasetState.Found, (await ProbeAsync(S3("s3://datasets/probe/", "good"))).State);
        foreach (var (uri, secret, what) in new[]
        {
            ("s3://datasets/probe/none.csv", "good", "is not there"), ("s3://datasets/none/", "good", "has no objects"), ("s3://datasets/probe/a.csv", "bad", "answered 403"),
            ("s3://datasets/probe/a.csv", "absent", "there is no Secret absent in namespace team-a"),
        })
        {
            var finding = await ProbeAsync(S3(uri, secret));
            Assert.Equal(DatasetState.NotFound, finding.State);
            Assert.Contains(what, finding.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong-secret-value", finding.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_Secret_without_the_keys_is_named()
    {
        api.Add("secrets", JsonNode.Parse("""{"metadata":{"name":"empty","namespace":"team-a"}}""")!.AsObject());
        var finding = await ProbeAsync(S3("s3://datasets/a", "empty"));
        Assert.Equal(DatasetState.NotFound, finding.State);
        Assert.Contains("Secret empty lacks AWS_ACCESS_KEY_ID", finding.Message, StringComparison.Ordinal);
    }

    private void AddSecret(string name, string key) => api.Add("secrets", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "team-a" },
        ["data"] = new JsonObject { ["AWS_ACCESS_KEY_ID"] = Base64(S3Server.Credentials.AccessKeyId), ["AWS_SECRET_ACCESS_KEY"] = Base64(key) },
    });

    private TrainingDataset S3(string uri, string secret) => new()
    {
        Name = "d",
        Uri = uri,
        SecretRef = new LocalReference { Name = secret },
        S3 = new TrainingDatasetS3 { Endpoint = s3.Url.ToString() },
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<DatasetFinding> ProbeAsync(TrainingDataset dataset) =>
        Assert.Single(await prober.ProbeAsync(Runs.Run(Runs.Spec with { Datasets = [dataset] }), CancellationToken.None));
}
