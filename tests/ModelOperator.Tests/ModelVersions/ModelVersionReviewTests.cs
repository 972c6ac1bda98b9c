using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.ModelVersions.Things;

namespace ModelOperator.Tests.ModelVersions;

/// <summary>What the webhook reads of other objects before it judges a version.</summary>
public sealed class ModelVersionReviewTests : IAsyncLifetime, IDisposable
{
    private FakeApiServer server = null!;
    private KubernetesClient client = null!;

    public async Task InitializeAsync()
    {
        server = await FakeApiServer.StartAsync();
        server.Register(ModelOperatorDescriptors.TrainingRuns);
        server.Register(ModelOperatorDescriptors.Models);
        server.Register(ModelOperatorDescriptors.ModelVersions);
        server.Register(ModelOperatorDescriptors.CanaryDeployments);
        client = new KubernetesClient(server.Configuration, new KubernetesClientOptions { MaxRetries = 0 }, TimeProvider.System, new Random(1));
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task A_copy_does_not_claim_the_run_that_registered_another_version()
    {
        var uid = AddRun("train", "diamonds-1");
        var copied = Made(2, "train", uid);
        var refused = await ReviewAsync(copied, null);
        Assert.False(refused.Allowed);
        Assert.Contains("TrainingRun train registered ModelVersion diamonds-1; a run makes one version", refused.Message, StringComparison.Ordinal);
        // Its own, a namesake's of another time, one that has not registered yet, and what is there already.
        Assert.True((await ReviewAsync(Made(1, "train", uid), null)).Allowed);
        Assert.True((await ReviewAsync(Made(2, "train", "another"), null)).Allowed);
        Assert.True((await ReviewAsync(Made(2, "gone", uid), null)).Allowed);
        Assert.True((await ReviewAsync(Made(2, "open", AddRun("open", null)), null)).Allowed);
        Assert.True((await ReviewAsync(copied with { Spec = copied.Spec with { Description = "d" } }, copied)).Allowed);
    }

    [Fact]
    public async Task A_version_is_put_back_under_its_name_with_its_own_bytes_only()
    {
        server.Add("models", JsonSerializer.SerializeToNode(Model() with { Metadata = Meta("diamonds") }, ModelVersionsJson.Default.V1Model)!.AsObject());
        server.SetStatus("models", Space, "diamonds", new JsonObject
        {
            ["nextVersion"] = 2,
            ["versions"] = 0,
            ["contents"] = new JsonArray(new JsonObject { ["number"] = 1, ["integrity"] = "sha256-qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=" }),
        });
        Assert.True((await ReviewAsync(Version(1), null)).Allowed);
        var other = Version(1) with { Spec = Version(1).Spec with { Artifact = new() { Uri = "modelop://sha256/" + new string('b', 64), Digest = "sha256:" + new string('b', 64) } } };
        var refused = await ReviewAsync(other, null);
        Assert.False(refused.Allowed);
        Assert.Contains($"spec.artifact.digest: ModelVersion diamonds-1 was {Digest} before it was deleted", refused.Message, StringComparison.Ordinal);
        Assert.False((await ReviewAsync(other with { Spec = other.Spec with { Archived = true } }, null)).Allowed);
        // Under another number they are welcome.
        Assert.True((await ReviewAsync(other with { Metadata = Meta("diamonds-2") }, null)).Allowed);
    }

    [Fact]
    public async Task A_version_that_holds_an_alias_of_git_until_another_is_Ready_is_not_deleted()
    {
        server.Add("models", JsonSerializer.SerializeToNode(Model(("champion", "diamonds-2")) with { Metadata = Meta("diamonds") }, ModelVersionsJson.Default.V1Model)!.AsObject());
        server.SetStatus("models", Space, "diamonds", new JsonObject
        {
            ["nextVersion"] = 3,
            ["versions"] = 2,
            ["aliases"] = new JsonArray(new JsonObject { ["name"] = "champion", ["version"] = "diamonds-1", ["owner"] = "Git" }),
        });
        var refused = await ReviewAsync(null, Version(1));
        Assert.False(refused.Allowed);
        Assert.Contains("alias champion of Model diamonds, which it holds until", refused.Message, StringComparison.Ordinal);
        Assert.True((await ReviewAsync(null, Version(3))).Allowed);
    }

    private string AddRun(string name, string? registered)
    {
        server.Add("trainingruns", JsonSerializer.SerializeToNode(Run(name) with { Metadata = Meta(name), Status = null }, TrainingRunsJson.Default.V1TrainingRun)!.AsObject());
        server.SetStatus("trainingruns", Space, name, new JsonObject { ["phase"] = registered is null ? "Registering" : "Succeeded", ["modelVersion"] = registered });
        return (string)server.Find("trainingruns", Space, name)!["metadata"]!["uid"]!;
    }

    private static V1ModelVersion Made(long number, string run, string uid)
    {
        var version = Version(number);
        return version with { Spec = version.Spec with { TrainingRun = new() { Name = run, Uid = uid } } };
    }

    private static V1ObjectMeta Meta(string name) => new() { Name = name, NamespaceProperty = Space };

    private ValueTask<AdmissionDecision> ReviewAsync(V1ModelVersion? made, V1ModelVersion? old) => new ModelVersionReview(client).ReviewAsync(
        new(made is null ? "DELETE" : old is null ? "CREATE" : "UPDATE", made, old, new V1UserInfo { Username = "ann" }, Space, null, false), CancellationToken.None);
}
