using System.Text.Json;
using ModelOperator.ModelVersions;
using ModelOperator.Registry;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.RegistryApi;

/// <summary>A version that somebody deleted, put back by the ways that docs/model-registry.md names.</summary>
public sealed class VersionRestoreTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly string[] ItsOwn = ["uid", "created_at", "verified_at", "deleted_at"];

    private static V1ModelVersion Rich()
    {
        var version = Samples.Version(2, "uid-good");
        return version with
        {
            Spec = version.Spec with
            {
                Description = "the \"good\" one",
                Archived = true,
                Metrics = [new() { Name = "rmse", Value = "0.4515" }, new() { Name = "tiny", Value = "0.0000001" }],
                Lineage = new()
                {
                    Image = "trainer@sha256:1",
                    Source = new() { Repo = "https://git.example.com/a", Revision = "abc123" },
                    Parent = "diamonds-1",
                    InputHash = "sha256:" + new string('c', 64),
                    Params = new Dictionary<string, string> { ["eta"] = "0.1" },
                    Datasets = [new() { Name = "train", Uri = "modelop://x", Digest = "sha256:" + new string('b', 64), Rows = 53_940, Columns = 10 }],
                },
                Energy = new() { EnergyMilliwattHours = 1_000, EmissionsMilligrams = 500, IntensityMilligramsPerKwh = 416_667, PueMilli = 1_200, CoveragePercent = 100, Method = "ModelledCPU" },
            },
        };
    }

    [PostgresFact]
    public async Task The_history_gives_the_manifest_that_makes_it_what_it_was()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var registry = new RegistryWorld(connection);
        var plain = Samples.Version(3) with { Spec = Samples.Version(3).Spec with { External = new() { Uri = "https://elsewhere.example.com/runs/7" }, Tags = null } };
        registry.Put(Samples.Finished("good", "diamonds-2"));
        foreach (var version in new[] { Rich(), plain })
            registry.Put(version);
        await registry.PassAsync();
        foreach (var version in new[] { Rich(), plain })
            registry.Remove(version);
        await registry.PassAsync();
        await using var world = await ApiWorld.StartAsync(connection);
        foreach (var version in new[] { Rich(), plain })
        {
            var (status, manifest) = await world.GetAsync($"/api/v1/versions/ml/{version.Metadata.Name}/manifest");
            Assert.Equal(200, status);
            Assert.Equal(["apiVersion", "kind", "metadata", "spec"], manifest!.AsObject().Select(static member => member.Key));
            var restored = manifest.Deserialize(ModelVersionsJson.Default.V1ModelVersion)!;
            Assert.Equal((version.ApiVersion, version.Kind, version.Metadata.Name, "ml"), (restored.ApiVersion, restored.Kind, restored.Metadata.Name, restored.Metadata.NamespaceProperty));
            Assert.Null(ModelVersionAdmission.Refusal(null, restored));
            Assert.Equal((version.Spec.Energy, version.Spec.Artifact), (restored.Spec.Energy, restored.Spec.Artifact));
            // It is the version put back, and when it was read again it has the row that it had.
            restored = restored with { Metadata = Samples.Meta(version.Metadata.Name, "uid-restored"), Status = version.Status };
            Assert.Null(VersionContents.Problem(restored, Remembering(version)));
            var (before, after) = (ModelRows.Of(version, null)[^1], ModelRows.Of(restored, null)[^1]);
            Assert.All(RegistryTables.ModelVersions.Columns.Select(static column => column.Name).Except(ItsOwn), column => Assert.Equal((column, before[column]), (column, after[column])));
            registry.Put(restored);
            await registry.PassAsync();
            Assert.Equal(["uid-restored|True"], await PostgresServer.RowsAsync(connection, $"SELECT uid, deleted_at IS NULL FROM model_versions WHERE name = '{version.Metadata.Name}'"));
        }

        Assert.Equal(404, (await world.GetAsync("/api/v1/versions/ml/diamonds-9/manifest")).Status);
    }

    [Fact]
    public void An_exported_manifest_makes_it_what_it_was()
    {
        // kubectl get modelversion -o yaml > file; kubectl create -f file: the server gives a new uid, and no status.
        var version = Rich();
        var exported = JsonSerializer.SerializeToNode(version, ModelVersionsJson.Default.V1ModelVersion)!;
        exported.AsObject().Remove("status");
        var restored = exported.Deserialize(ModelVersionsJson.Default.V1ModelVersion)!;
        Assert.Null(ModelVersionAdmission.Refusal(null, restored));
        Assert.Null(VersionContents.Problem(restored, Remembering(version)));
        var (before, after) = (ModelRows.Of(version, null)[^1], ModelRows.Of(restored with { Status = version.Status }, null)[^1]);
        Assert.All(RegistryTables.ModelVersions.Columns.Select(static column => column.Name), column => Assert.Equal((column, before[column]), (column, after[column])));
    }

    private static V1Model Remembering(V1ModelVersion version) =>
        new() { Metadata = Samples.Meta("diamonds", "uid-model"), Status = new() { NextVersion = 4, Contents = VersionContents.Of(null, [version]) } };
}
