using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;
using static ModelOperator.Tests.ModelVersions.Things;

namespace ModelOperator.Tests.ModelVersions;

public sealed class ModelGateTests
{
    private static readonly GateBaseline Champion = new("champion", "diamonds-1", [Value("rmse", "500"), Value("rmse@west", "600"), Value("zero", "0"), Value("r2", "0.80"), Value("small", "0.000002")]);

    public static TheoryData<string, ModelGate, string?, bool, string> Table => new()
    {
        { "within the threshold", new() { Metric = "rmse", Threshold = "500" }, "500", true, "rmse 500 reaches 500" },
        { "above the threshold", new() { Metric = "rmse", Threshold = "500" }, "500.1", false, "rmse 500.1 is above the threshold 500" },
        { "below the threshold, more is better", new() { Metric = "r2", Threshold = "0.8", Direction = GateDirection.Maximize }, "0.79", false, "below the threshold 0.8" },
        { "not measured", new() { Metric = "rmse", Threshold = "500" }, null, false, "rmse was not measured" },
        { "not a number", new() { Metric = "rmse", Threshold = "500" }, "NaN", false, "rmse was not measured" },
        { "as good as the baseline", new() { Metric = "rmse", BaselineAlias = "champion" }, "500", true, "500 of diamonds-1 (champion)" },
        { "worse than the baseline", new() { Metric = "rmse", BaselineAlias = "champion" }, "501", false, "is -1 better than 500 of diamonds-1 (champion), wanted is 0" },
        { "worse within the loss that is allowed", new() { Metric = "rmse", BaselineAlias = "champion", MinRelativeChange = "-0.01" }, "505", true, "wanted is -0.01 of it" },
        { "worse by more than the loss that is allowed, which is told in the same unit", new() { Metric = "rmse", BaselineAlias = "champion", MinRelativeChange = "-0.01" }, "510", false, "is -10 better (-0.02 of it) than 500 of diamonds-1 (champion), wanted is -0.01 of it" },
        { "better by what six decimals do not show", new() { Metric = "small", BaselineAlias = "champion", MinAbsoluteChange = "0.000001" }, "0.0000018", false, "is 2E-07 better than 0.000002 of diamonds-1 (champion), wanted is 0.000001" },
        { "better, but not by enough", new() { Metric = "rmse", BaselineAlias = "champion", MinAbsoluteChange = "10" }, "495", false, "wanted is 10" },
        { "better by enough of the one and not of the other", new() { Metric = "rmse", BaselineAlias = "champion", MinAbsoluteChange = "5", MinRelativeChange = "0.02" }, "494", false, "wanted is 5 and 0.02 of it" },
        { "better by enough of both", new() { Metric = "rmse", BaselineAlias = "champion", MinAbsoluteChange = "5", MinRelativeChange = "0.02" }, "490", true, "is 10 better" },
        { "more is better", new() { Metric = "r2", BaselineAlias = "champion", MinRelativeChange = "0.05", Direction = GateDirection.Maximize }, "0.84", true, "0.04 better" },
        { "a baseline of zero", new() { Metric = "zero", BaselineAlias = "champion", MinRelativeChange = "0.5" }, "-0.001", true, "better than 0" },
        { "nobody is the baseline yet", new() { Metric = "rmse", BaselineAlias = "fallback", MinRelativeChange = "0.5" }, "900", true, "nobody holds fallback yet" },
        { "nobody is the baseline yet, but the threshold counts", new() { Metric = "rmse", BaselineAlias = "fallback", Threshold = "500" }, "900", false, "above the threshold" },
        { "the baseline lacks the metric", new() { Metric = "mae", BaselineAlias = "champion" }, "1", false, "the baseline diamonds-1 (champion) has no mae" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_gate_is_judged_with_what_was_measured(string name, ModelGate gate, string? measured, bool passed, string message)
    {
        var result = ModelGateJudge.Judge(new() { Metrics = [gate] }, measured is null ? [] : [Value(gate.Metric, measured)], null, [Champion]).Single();
        Assert.Equal((name, passed), (name, result.Passed));
        Assert.Equal(measured, result.Measured);
        Assert.Contains(message, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_slice_must_pass_by_its_own_metric_and_the_size_must_be_known()
    {
        var gates = new ModelGates { MaxSizeBytes = 1_000, Metrics = [new() { Metric = "rmse", BaselineAlias = "champion", Slices = ["west", "east"] }] };
        var results = ModelGateJudge.Judge(gates, [Value("rmse", "480"), Value("rmse@west", "601")], null, [Champion]);
        Assert.Equal(["sizeBytes False", "rmse True", "rmse@west False", "rmse@east False"], results.Select(static one => $"{one.Name} {one.Passed}"));
        Assert.Equal([true, false], new long?[] { 1_000, 1_001 }.Select(size => ModelGateJudge.Judge(gates, [], size, [])[0].Passed));
    }

    [Theory]
    [InlineData(null, null, null, null, "threshold: is needed")]
    [InlineData("five", null, null, null, "metrics[0].threshold: 'five' is not allowed")]
    [InlineData("Infinity", null, null, null, "'Infinity' is not allowed")]
    [InlineData("5", null, "1", null, "baselineAlias: is needed beside")]
    [InlineData("5", "Champion!", null, null, "baselineAlias:")]
    [InlineData("5", "champion", null, "x", "minRelativeChange: 'x' is not allowed")]
    [InlineData("5", "champion", "-1", "0.1", null)]
    public void Wrong_gates_are_refused_by_field_and_value(string? threshold, string? alias, string? absolute, string? relative, string? expected)
    {
        var model = Model();
        var gated = model with { Spec = model.Spec with { Gates = new() { Metrics = [new() { Metric = "rmse", Threshold = threshold, BaselineAlias = alias, MinAbsoluteChange = absolute, MinRelativeChange = relative }] } } };
        var refusal = ModelAdmission.Refusal(model, gated, []);
        if (expected is null)
            Assert.Null(refusal);
        else
            Assert.Contains(expected, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_does_not_pass_is_not_Ready_until_the_gate_changes_and_one_that_is_Ready_stays()
    {
        var tight = Seen(new() { Metrics = [new() { Metric = "rmse", Threshold = "500" }] });
        var failed = Next(Announced("545.1"), tight with { Verification = ArtifactVerification.Verified });
        Assert.Equal((ModelVersionPhase.Failed, "GateFailed", Digest), (failed.Status!.Phase, failed.Status.Reason, failed.Status.VerifiedDigest));
        Assert.Contains("rmse 545.1 is above the threshold 500", failed.Status.Message, StringComparison.Ordinal);
        Assert.Equal("545.1", failed.Status.Gates!.Single().Measured);
        Assert.True(Conditions.IsTrue(failed.Status.Conditions, "ArtifactVerified"));
        Assert.True(Conditions.IsFalse(failed.Status.Conditions, "GatesPassed"));
        Assert.True(Conditions.IsTrue(failed.Status.Conditions, "Stalled"));
        // Nothing new: nothing is written, and it looks again now and then.
        var again = ModelVersionPlanner.Decide(failed, tight, Start.AddHours(1));
        Assert.Equal(failed.Status, Next(failed, tight).Status! with { Gates = failed.Status.Gates, Conditions = failed.Status.Conditions });
        Assert.Empty(again.Events);
        Assert.NotNull(again.RequeueAfter);

        var ready = Next(failed, Seen(new() { Metrics = [new() { Metric = "rmse", Threshold = "600" }] }));
        Assert.Equal((ModelVersionPhase.Ready, "Verified"), (ready.Status!.Phase, ready.Status.Reason));
        Assert.True(Conditions.IsTrue(ready.Status.Conditions, "GatesPassed"));
        Assert.Equal(ModelVersionPhase.Ready, Next(ready, tight).Status!.Phase);
    }

    [Fact]
    public void The_size_is_that_of_the_bytes_and_not_what_the_spec_claims()
    {
        var fresh = Version(3) with { Status = null };
        fresh = Next(fresh with { Spec = fresh.Spec with { Artifact = fresh.Spec.Artifact with { SizeBytes = 1 } } }, new([], [], null));
        var read = Seen(new() { MaxSizeBytes = 1_000 }) with { Verification = ArtifactVerification.Verified with { SizeBytes = 1_001 } };
        var failed = Next(fresh, read);
        Assert.Equal((ModelVersionPhase.Failed, "GateFailed", 1_001L), (failed.Status!.Phase, failed.Status.Reason, failed.Status.SizeBytes));
        Assert.Equal(("1001", false), (failed.Status.Gates!.Single().Measured, failed.Status.Gates!.Single().Passed));
        // Judged again by what was read then.
        Assert.Equal("sizeBytes 1001 is above 1000", Next(failed with { Status = failed.Status with { GatesHash = "other" } }, Seen(new() { MaxSizeBytes = 1_000 })).Status!.Gates!.Single().Message);
        Assert.Equal(ModelVersionPhase.Ready, Next(failed, Seen(new() { MaxSizeBytes = 1_001 })).Status!.Phase);
    }

    [Fact]
    public void A_version_is_archived_when_nothing_uses_it_and_taken_back_when_asked()
    {
        var ready = Next(Announced("1"), Seen(null) with { Verification = ArtifactVerification.Verified });
        Assert.Null(Conditions.Find(ready.Status!.Conditions, "Archived"));
        var asked = ready with { Spec = ready.Spec with { Archived = true } };
        var used = Next(asked, new ModelVersionObserved([], ["live"], null));
        Assert.Equal(ModelVersionPhase.Ready, used.Status!.Phase);
        Assert.Equal(("InUse", "Used by CanaryDeployment live; it is archived when nothing uses it any more."), Told(used));
        var pinned = Next(asked, new ModelVersionObserved(["fallback"], [], null) { Pinned = ["fallback"] });
        Assert.Equal("Used by alias fallback; it is archived when nothing uses it any more.", Told(pinned).Message);

        var archived = Next(used, Seen(null));
        Assert.Equal((ModelVersionPhase.Archived, "Archived"), (archived.Status!.Phase, archived.Status.Reason));
        Assert.True(Conditions.IsTrue(archived.Status.Conditions, "Ready"));
        Assert.Equal("Archived", Told(archived).Reason);
        Assert.Empty(ModelVersionPlanner.Decide(archived, Seen(null), Start).Events);
        var back = Next(archived with { Spec = archived.Spec with { Archived = false } }, Seen(null));
        Assert.Equal((ModelVersionPhase.Ready, "NotAsked"), (back.Status!.Phase, Told(back).Reason));
    }

    [Fact]
    public void An_archived_version_gets_no_alias_of_its_own()
    {
        var versions = new[] { Version(1, aliases: ["candidate"]), Version(2, ModelVersionPhase.Archived, aliases: ["candidate"]) }.ToDictionary(static v => v.Metadata.Name);
        Assert.Equal([("candidate", "diamonds-1")], AliasTable.Of(Model(), versions, []).Aliases.Select(static held => (held.Name, held.Version)));
        var table = AliasTable.Of(Model(("champion", "diamonds-2")), versions, []);
        Assert.Contains("which is not Ready", table.Problems.Single().Message, StringComparison.Ordinal);
        Assert.False(table.Problems.Single().Waiting);
    }

    [Fact]
    public void What_is_used_is_neither_archived_nor_deleted_and_the_message_names_the_user()
    {
        var version = Version(1);
        var archived = version with { Spec = version.Spec with { Archived = true } };
        var inGit = Model(("champion", "diamonds-1"));
        Assert.Contains("CanaryDeployment live", ModelVersionAdmission.Refusal(version, archived, [Canary("live", null, "diamonds-1")], null), StringComparison.Ordinal);
        Assert.Contains("alias champion in spec.aliases of Model diamonds", ModelVersionAdmission.Refusal(version, archived, [], inGit), StringComparison.Ordinal);
        Assert.Null(ModelVersionAdmission.Refusal(version, archived, [], Model(("champion", "diamonds-2"))));
        Assert.Contains("alias champion in spec.aliases of Model diamonds", ModelVersionAdmission.DeletionRefusal(version, [], "ann", inGit), StringComparison.Ordinal);
        Assert.Null(ModelVersionAdmission.DeletionRefusal(version, [], "ann", inGit.Deleting()));
        // Git wants another, which is not Ready: this one holds the alias until it is.
        V1Model Held(V1Model model, string owner) => model with { Status = new() { Aliases = [new() { Name = "champion", Version = "diamonds-1", Owner = owner }] } };
        var moving = Held(Model(("champion", "diamonds-2")), "Git");
        Assert.Contains("alias champion of Model diamonds, which it holds until", ModelVersionAdmission.DeletionRefusal(version, [], "ann", moving), StringComparison.Ordinal);
        Assert.Contains("alias champion of Model diamonds", ModelVersionAdmission.Refusal(version, archived, [], moving), StringComparison.Ordinal);
        // One that it asked for itself goes with it, and so does one that git has given up.
        Assert.Null(ModelVersionAdmission.DeletionRefusal(version, [], "ann", Held(Model(), "Version")));
        Assert.Null(ModelVersionAdmission.DeletionRefusal(version, [], "ann", Held(Model(("other", "diamonds-2")), "Git")));
        // Archived already: other fields may change whoever uses it.
        Assert.Null(ModelVersionAdmission.Refusal(archived, archived with { Spec = archived.Spec with { Description = "d" } }, [Canary("live", null, "diamonds-1")], inGit));
    }

    [Theory]
    [InlineData("https://mlflow.example.com/runs/1", false, null)]
    [InlineData("HTTPS://mlflow.example.com/runs/1", false, null)]
    [InlineData("s3://bucket/key", false, null)]
    [InlineData("runs/1", false, "absolute URI")]
    [InlineData("/models/1", false, "absolute URI")]
    [InlineData("//host/models/1", false, "absolute URI")]
    [InlineData("https://ann:secret@mlflow.example.com/runs/1", false, "without credentials")]
    [InlineData("https://mlflow.example.com/runs/1", true, "beside spec.trainingRun")]
    public void The_origin_of_a_model_trained_elsewhere_is_an_address_without_credentials(string uri, bool trained, string? expected)
    {
        var version = Version(1, runUid: trained ? "r" : null);
        var refusal = ModelVersionAdmission.Refusal(null, version with { Spec = version.Spec with { External = new() { Uri = uri } } });
        if (expected is null)
            Assert.Null(refusal);
        else
            Assert.Contains(expected, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal ?? "", StringComparison.Ordinal);
    }

    private static NamedValue Value(string name, string value) => new() { Name = name, Value = value };

    private static ModelVersionObserved Seen(ModelGates? gates) => new([], [], null) { Gates = gates, Baselines = [Champion] };

    private static V1ModelVersion Announced(string rmse)
    {
        var fresh = Version(3) with { Status = null };
        fresh = fresh with { Spec = fresh.Spec with { Metrics = [Value("rmse", rmse)] } };
        return Next(fresh, new([], [], null));
    }

    private static (string Reason, string Message) Told(V1ModelVersion version)
    {
        var condition = Conditions.Find(version.Status!.Conditions, "Archived")!;
        return (condition.Reason, condition.Message);
    }

    private static V1ModelVersion Next(V1ModelVersion version, ModelVersionObserved seen) => version with { Status = ModelVersionPlanner.Decide(version, seen, Start).Status };
}
