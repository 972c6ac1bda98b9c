using System.Text.Json;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;
using static ModelOperator.Tests.ModelVersions.Things;

namespace ModelOperator.Tests.ModelVersions;

/// <summary>A version that is deleted and made again: put back, or other bytes under an old name.</summary>
public sealed class VersionContentTests
{
    // 32 bytes 0xaa.
    private const string Integrity = "sha256-qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=";

    private static readonly string Other = "sha256:" + new string('b', 64);

    private static V1Model Remembering(params IReadOnlyList<V1ModelVersion> versions) =>
        Model() with { Status = ModelPlanner.Decide(Model(), new ModelObserved([], versions, []), Start).Status };

    private static V1ModelVersion Made(long number, string digest)
    {
        var version = Version(number);
        return version with
        {
            Metadata = version.Metadata with { Uid = "made-again" },
            Spec = version.Spec with { Artifact = new() { Uri = "modelop://sha256/" + digest[7..], Digest = digest } },
            Status = null,
        };
    }

    private static V1ModelVersion Next(V1ModelVersion version, V1Model? model, ArtifactVerification? verification = null) =>
        version with { Status = ModelVersionPlanner.Decide(version, new ModelVersionObserved([], [], verification) { Replaced = VersionContents.Problem(version, model) }, Start).Status };

    [Fact]
    public void A_model_remembers_what_was_verified_beyond_the_version_and_never_changes_it()
    {
        var model = Remembering(Version(1), Version(2).Deleting(), Version(3, ModelVersionPhase.Pending));
        Assert.Equal([(1L, Integrity), (2L, Integrity)], model.Status!.Contents!.Select(static c => (c.Number, c.Integrity)));
        var replaced = Made(1, Other) with { Status = new() { VerifiedDigest = Other } };
        var after = ModelPlanner.Decide(model, new ModelObserved([], [replaced], []), Start).Status!;
        Assert.Equal([(1L, Integrity), (2L, Integrity)], after.Contents!.Select(static c => (c.Number, c.Integrity)));
    }

    [Fact]
    public void What_it_remembers_keeps_no_bytes_in_the_store()
    {
        var named = new HashSet<Sha256Digest>();
        using var status = JsonDocument.Parse(JsonSerializer.Serialize(Remembering(Version(1)).Status!, ModelVersionsJson.Default.ModelStatus));
        DigestScan.AddFrom(status.RootElement, named);
        Assert.Empty(named);
    }

    [Theory]
    [InlineData("sha256-")]
    [InlineData("sha256-abcd")]
    [InlineData("sha512-qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=")]
    public void What_is_written_by_somebody_else_and_means_nothing_refuses_nothing(string text) =>
        Assert.Null(VersionContents.Problem(Made(1, Other), Model() with { Status = new() { Contents = [new() { Number = 1, Integrity = text }] } }));

    [Fact]
    public void What_it_remembers_costs_no_write_of_its_own_is_the_same_at_every_look_and_has_a_bound()
    {
        V1ModelVersion[] versions = [.. Enumerable.Range(1, VersionContents.Most + 5).Select(static n => Version(n))];
        var model = Remembering(versions);
        Assert.Equal((VersionContents.Most, 6L), (model.Status!.Contents!.Count, model.Status.Contents[0].Number));
        var again = ModelPlanner.Decide(model, new ModelObserved([], versions, []), Start.AddDays(1)).Status!;
        Assert.Equal(JsonSerializer.Serialize(model.Status, ModelVersionsJson.Default.ModelStatus), JsonSerializer.Serialize(again, ModelVersionsJson.Default.ModelStatus));
        Assert.Null(Remembering().Status!.Contents);
    }

    [Fact]
    public void The_same_bytes_under_the_same_name_are_the_version_put_back()
    {
        var model = Remembering(Version(1));
        var announced = Next(Made(1, Digest), model);
        Assert.NotNull(ModelVersionPlanner.DigestToVerify(announced, Start));
        Assert.Equal(ModelVersionPhase.Ready, Next(announced, model, ArtifactVerification.Verified).Status!.Phase);
    }

    [Fact]
    public void Other_bytes_under_the_same_name_are_never_read_nor_Ready_and_both_digests_are_named()
    {
        var model = Remembering(Version(1));
        var failed = Next(Made(1, Other), model);
        Assert.Equal((ModelVersionPhase.Failed, ModelVersionReasons.ContentReplaced), (failed.Status!.Phase, failed.Status.Reason));
        Assert.Null(ModelVersionPlanner.DigestToVerify(failed, Start.AddYears(1)));
        var stalled = Conditions.Find(failed.Status.Conditions, "Stalled")!;
        Assert.Equal((Conditions.True, ModelVersionReasons.ContentReplaced), (stalled.Status, stalled.Reason));
        Assert.All(["spec.artifact.digest", "diamonds-1", Digest, Other, "a number of their own"], words => Assert.Contains(words, stalled.Message, StringComparison.Ordinal));
        Assert.True(Conditions.IsFalse(failed.Status.Conditions, "Ready"));
        // The same at every later look; without an event, and without an alias.
        var plan = ModelVersionPlanner.Decide(failed, new ModelVersionObserved([], [], null) { Replaced = VersionContents.Problem(failed, model) }, Start.AddDays(1));
        Assert.Equal(JsonSerializer.Serialize(failed.Status, ModelVersionsJson.Default.ModelVersionStatus), JsonSerializer.Serialize(plan.Status!, ModelVersionsJson.Default.ModelVersionStatus));
        Assert.Empty(plan.Events);
        // Nothing wakes it when the Model, which is deleted, forgets.
        Assert.Equal(TimeSpan.FromMinutes(1), plan.RequeueAfter);
        Assert.Equal(ModelVersionReasons.Verifying, Next(failed, null).Status!.Reason);
        Assert.Null(ModelPlanner.Decide(model, new ModelObserved([], [failed], []), Start).Status!.LatestVersion);
        // Bytes that were being read when the Model was not known yet do not pass either.
        var read = Next(Next(Made(1, Other), null), model, ArtifactVerification.Verified);
        Assert.Equal((ModelVersionPhase.Failed, null), (read.Status!.Phase, read.Status.VerifiedDigest));
    }

    [Fact]
    public void What_was_never_verified_may_be_written_again_and_an_edit_past_the_webhook_keeps_its_own_reason()
    {
        Assert.Null(VersionContents.Problem(Made(3, Other), Remembering(Version(3, ModelVersionPhase.Failed))));
        Assert.Null(VersionContents.Problem(Made(1, Other), null));
        var edited = Version(1) with { Spec = Made(1, Other).Spec };
        Assert.Equal(ModelVersionReasons.ContentChanged, Next(edited, Remembering(Version(1))).Status!.Reason);
    }
}
