using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;
using static ModelOperator.Tests.ModelVersions.Things;

namespace ModelOperator.Tests.ModelVersions;

public sealed class ModelVersionPlannerTests
{
    private static readonly ArtifactVerification Unavailable = new(ArtifactOutcome.Unavailable, "connection refused");

    private readonly V1ModelVersion _fresh = Version(3) with
    {
        Status = null,
        Spec = Version(3).Spec with
        {
            Metrics = [new NamedValue { Name = "rmse", Value = "545.1" }],
            Lineage = new Lineage { Image = "trainer@sha256:1" },
            Energy = new EnergyRecord { Method = "ModelledCPU", EnergyMilliwattHours = 5 },
        },
    };

    [Fact]
    public void A_version_announces_reads_and_becomes_ready_with_what_it_was_registered_with()
    {
        var announced = Next(_fresh, null);
        Assert.Equal((ModelVersionPhase.Pending, "Verifying"), (announced.Status!.Phase, announced.Status.Reason));
        Assert.True(Conditions.IsTrue(announced.Status.Conditions, "Reconciling"));
        Assert.Equal(Digest, ModelVersionPlanner.DigestToVerify(announced, Start)?.ToString());
        var ready = Next(announced, ArtifactVerification.Verified).Status!;
        Assert.Equal((ModelVersionPhase.Ready, "Verified", Digest, 3L), (ready.Phase, ready.Reason, ready.VerifiedDigest, ready.Version));
        Assert.Equal(Start, ready.VerifiedTime);
        Assert.Equal("545.1", ready.Metrics![0].Value);
        Assert.Equal("trainer@sha256:1", ready.Lineage!.Image);
        Assert.Equal(5, ready.Energy!.EnergyMilliwattHours);
        Assert.All(["Ready", "ArtifactVerified"], type => Assert.True(Conditions.IsTrue(ready.Conditions, type)));
        Assert.All(["Reconciling", "Stalled"], type => Assert.True(Conditions.IsFalse(ready.Conditions, type)));
    }

    [Fact]
    public void A_verified_version_is_not_read_again_and_writes_nothing()
    {
        var ready = Next(Next(_fresh, null), ArtifactVerification.Verified);
        Assert.Null(ModelVersionPlanner.DigestToVerify(ready, Start.AddYears(1)));
        var plan = ModelVersionPlanner.Decide(ready, new ModelVersionObserved([], [], null), Start.AddYears(1));
        Assert.Equal(Wire(ready.Status!), Wire(plan.Status!));
        Assert.Empty(plan.Events);
        Assert.Null(plan.RequeueAfter);
    }

    [Fact]
    public void Wrong_bytes_fail_the_version_for_good()
    {
        var failed = Next(Next(_fresh, null), new ArtifactVerification(ArtifactOutcome.Mismatch, "file trees.ubj hashes to sha256:b"));
        Assert.Equal((ModelVersionPhase.Failed, "DigestMismatch"), (failed.Status!.Phase, failed.Status.Reason));
        Assert.Contains("trees.ubj", failed.Status.Message, StringComparison.Ordinal);
        Assert.True(Conditions.IsTrue(failed.Status.Conditions, "Stalled"));
        Assert.True(Conditions.IsFalse(failed.Status.Conditions, "ArtifactVerified"));
        Assert.Null(ModelVersionPlanner.DigestToVerify(failed, Start.AddDays(1)));
        Assert.Equal(Wire(failed.Status), Wire(Next(failed, null).Status!));
    }

    [Fact]
    public void Missing_bytes_fail_the_version_until_they_are_uploaded_without_a_write_in_between()
    {
        var missing = new ArtifactVerification(ArtifactOutcome.NotFound, "no blob");
        var failed = Next(Next(_fresh, null), missing);
        Assert.Equal((ModelVersionPhase.Failed, "ArtifactNotFound"), (failed.Status!.Phase, failed.Status.Reason));
        Assert.NotNull(ModelVersionPlanner.DigestToVerify(failed, Start.AddMinutes(1)));
        var plan = ModelVersionPlanner.Decide(failed, new ModelVersionObserved([], [], missing), Start.AddMinutes(1));
        Assert.Equal(Wire(failed.Status), Wire(plan.Status!));
        Assert.NotNull(plan.RequeueAfter);
        Assert.Equal(ModelVersionPhase.Ready, Next(failed, ArtifactVerification.Verified).Status!.Phase);
    }

    [Fact]
    public void A_store_that_is_away_is_asked_again_after_a_growing_counted_time()
    {
        var version = Next(_fresh, null);
        var now = Start;
        var pauses = new List<double>();
        for (var attempt = 1; attempt <= 9; attempt++)
        {
            Assert.NotNull(ModelVersionPlanner.DigestToVerify(version, now));
            var plan = ModelVersionPlanner.Decide(version, new ModelVersionObserved([], [], Unavailable), now);
            version = version with { Status = plan.Status };
            Assert.Equal(attempt, version.Status!.VerificationAttempts);
            Assert.Equal((ModelVersionPhase.Pending, "StoreUnavailable"), (version.Status.Phase, version.Status.Reason));
            pauses.Add(plan.RequeueAfter!.Value.TotalSeconds);
            Assert.Null(ModelVersionPlanner.DigestToVerify(version, now.AddSeconds(1)));
            var early = ModelVersionPlanner.Decide(version, new ModelVersionObserved([], [], null), now.AddSeconds(1));
            Assert.Equal(Wire(version.Status), Wire(early.Status!));
            Assert.Equal(plan.RequeueAfter.Value.TotalSeconds - 1, early.RequeueAfter!.Value.TotalSeconds);
            now += plan.RequeueAfter.Value;
        }
        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300, 300], pauses);
        var ready = Next(version, ArtifactVerification.Verified).Status!;
        Assert.Null(ready.VerificationAttempts);
        Assert.Null(ready.NextVerificationTime);
    }

    [Fact]
    public void Content_that_is_changed_after_verification_stalls_and_keeps_what_was_verified()
    {
        var ready = Next(Next(_fresh, null), ArtifactVerification.Verified);
        var other = new string('b', 64);
        var changed = ready with
        {
            Spec = ready.Spec with { Artifact = new ArtifactReference { Uri = "modelop://sha256/" + other, Digest = "sha256:" + other }, Metrics = [] },
        };
        Assert.Null(ModelVersionPlanner.DigestToVerify(changed, Start));
        var status = Next(changed, null).Status!;
        Assert.Equal((ModelVersionPhase.Failed, "ContentChanged", Digest), (status.Phase, status.Reason, status.VerifiedDigest));
        Assert.Equal("545.1", status.Metrics![0].Value);
        Assert.Equal(ModelVersionPhase.Ready, Next(changed with { Spec = ready.Spec, Status = status }, null).Status!.Phase);
    }

    [Theory]
    [InlineData("diamonds", "InvalidName")]
    [InlineData("diamonds-0", "InvalidName")]
    [InlineData("diamonds-01", "InvalidName")]
    [InlineData("diamonds-x", "InvalidName")]
    [InlineData("rubies-1", "InvalidName")]
    [InlineData("diamonds--1", "InvalidName")]
    public void A_name_that_does_not_follow_the_model_stalls(string name, string reason)
    {
        var version = _fresh with { Metadata = _fresh.Metadata with { Name = name } };
        Assert.Equal(reason, Next(version, null).Status!.Reason);
        Assert.Null(ModelVersionPlanner.DigestToVerify(version, Start));
        Assert.Contains("diamonds-<number>", ModelVersionAdmission.Refusal(null, version), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_and_users_are_mirrored()
    {
        var ready = Next(Next(_fresh, null), ArtifactVerification.Verified);
        var status = ModelVersionPlanner.Decide(ready, new ModelVersionObserved(["champion"], ["live"], null), Start).Status!;
        Assert.Equal(["champion"], status.Aliases!);
        Assert.Equal(["live"], status.UsedBy!);
        Assert.Null(Next(ready with { Status = status }, null).Status!.Aliases);
    }

    [Fact]
    public void Deciding_again_on_the_result_changes_nothing_whatever_was_seen() =>
        Prop.ForAll(Gen.Choose(0, 5).ListOf().ToArbitrary(), looks =>
        {
            var version = _fresh;
            var now = Start;
            foreach (var look in looks)
            {
                now = now.AddMinutes(7);
                var read = ModelVersionPlanner.DigestToVerify(version, now) is not null && look < 4;
                var seen = new ModelVersionObserved([], look == 5 ? ["live"] : [], read ? new ArtifactVerification((ArtifactOutcome)look, "detail") : null);
                version = version with { Status = ModelVersionPlanner.Decide(version, seen, now).Status };
                var again = ModelVersionPlanner.Decide(version, seen with { Verification = null }, now);
                Assert.Equal(Wire(version.Status!), Wire(again.Status!));
                Assert.Empty(again.Events);
                Assert.True(version.Status!.Phase == ModelVersionPhase.Ready == (version.Status.VerifiedDigest == Digest));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Only_aliases_tags_description_and_archived_may_change()
    {
        (string? Field, ModelVersionSpec Spec)[] table =
        [
            (null, _fresh.Spec with { Aliases = ["champion"] }),
            (null, _fresh.Spec with { Tags = new Dictionary<string, string> { ["a"] = "b" } }),
            (null, _fresh.Spec with { Description = "d" }),
            (null, _fresh.Spec with { Archived = true }),
            ("external", _fresh.Spec with { External = new() { Uri = "https://elsewhere.example.com/1" } }),
            ("artifact", _fresh.Spec with { Artifact = _fresh.Spec.Artifact with { Format = "other" } }),
            ("trainingRun", _fresh.Spec with { TrainingRun = new ObjectSource { Name = "x" } }),
            ("lineage", _fresh.Spec with { Lineage = null }),
            ("metrics", _fresh.Spec with { Metrics = [new NamedValue { Name = "rmse", Value = "1" }] }),
            ("energy", _fresh.Spec with { Energy = null }),
            ("model", _fresh.Spec with { Model = "rubies" }),
        ];
        foreach (var (field, spec) in table)
        {
            var refusal = ModelVersionAdmission.Refusal(_fresh, _fresh with { Spec = spec });
            if (field is null)
                Assert.Null(refusal);
            else
                Assert.StartsWith($"spec.{field} is content", refusal, StringComparison.Ordinal);
            Assert.Null(ModelVersionAdmission.Refusal(_fresh, (_fresh with { Spec = spec }).Deleting()));
        }
        Assert.Contains("reserved", ModelVersionAdmission.Refusal(_fresh, _fresh with { Spec = _fresh.Spec with { Aliases = ["latest"] } }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unchanged_spec_passes_even_when_it_would_be_refused_today()
    {
        var wrong = _fresh with { Metadata = _fresh.Metadata with { Name = "odd" } };
        Assert.NotNull(ModelVersionAdmission.Refusal(null, wrong));
        Assert.Null(ModelVersionAdmission.Refusal(wrong, wrong with { Spec = wrong.Spec with { } }));
    }

    [Fact]
    public void A_version_in_use_is_not_deleted_and_the_message_names_the_canaries()
    {
        var version = Version(1);
        var refusal = ModelVersionAdmission.DeletionRefusal(version, [Canary("live", null, "diamonds-1", wanted: "diamonds-2"), Canary("beta", null, null), Canary("other", null, "diamonds-5", wanted: "diamonds-5")], "ann");
        Assert.Contains("CanaryDeployment beta, live", refusal, StringComparison.Ordinal);
        Assert.Null(ModelVersionAdmission.DeletionRefusal(version, [Canary("live", null, "diamonds-1").Deleting()], "ann"));
        Assert.Null(ModelVersionAdmission.DeletionRefusal(version, [Canary("live", null, "diamonds-1")], "system:serviceaccount:kube-system:namespace-controller"));
        Assert.Null(ModelVersionAdmission.DeletionRefusal(version, [], "ann"));
    }

    private static V1ModelVersion Next(V1ModelVersion version, ArtifactVerification? verification) =>
        version with { Status = ModelVersionPlanner.Decide(version, new ModelVersionObserved([], [], verification), Start).Status };

    private static string Wire(ModelVersionStatus status) => JsonSerializer.Serialize(status, ModelVersionsJson.Default.ModelVersionStatus);
}
