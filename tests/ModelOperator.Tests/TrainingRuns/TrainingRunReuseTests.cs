using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunReuseTests
{
    private static readonly IReadOnlyList<DatasetFinding> Known = [new("diamonds", DatasetState.Found, "there", "sha256:" + new string('a', 64), 99)];
    private static readonly TrainingRunSpec Reusing = Runs.Spec with { Reuse = TrainingReuse.IfIdentical };

    [Fact]
    public void Identical_inputs_are_answered_by_the_earlier_version_without_budget_Pod_or_energy()
    {
        var version = Made(Reusing);
        var world = Again(Reusing, version);
        Assert.Equal((TrainingRunPhase.Succeeded, TrainingRunReasons.ReusedExisting, "diamonds-1"), (world.Status.Phase, world.Status.Reason, world.Status.ModelVersion));
        Assert.Equal((0, 0), (world.PodsCreated, world.Status.Attempts?.Execution ?? 0));
        Assert.Null(world.Status.Energy);
        Assert.Null(world.Status.Estimate);
        Assert.Empty(world.Budgets[0].Status?.Holds ?? []);
        Assert.Equal(0, world.Budgets[0].Status?.SettledMilligrams ?? 0);
        Assert.Equal(TrainingRunReasons.ReusedExisting, Conditions.Find(world.Status.Conditions, TrainingRunConditions.Registered)!.Reason);
        Assert.Equal(version.Spec.Metrics!.Select(m => m.Value), world.Status.Metrics!.Select(m => m.Value));
        Assert.Single(world.Versions);
    }

    [Fact]
    public void What_is_beside_the_point_does_not_matter()
    {
        var version = Made(Reusing);
        var other = Reusing with
        {
            Deadlines = new TrainingDeadlines { ActiveSeconds = 5 },
            Carbon = new TrainingCarbon { ExpectedSeconds = 5 },
            FailurePolicy = new TrainingFailurePolicy { MaxRetries = 9 },
            Output = null,
            Ttl = new TrainingTtl { SecondsAfterFinished = 5 },
            Checkpoint = new TrainingCheckpoint { GracePeriodSeconds = 5 },
            Resources = new TrainingResources { Limits = new Dictionary<string, string> { ["cpu"] = "8", ["nvidia.com/gpu"] = "1" } },
            Datasets = [new TrainingDataset { Name = "diamonds", Uri = "https://example.org/d.csv", Digest = "sha256:" + new string('a', 64) }],
            Params = new Dictionary<string, string> { ["rounds"] = "100", ["max-depth"] = "6" },
        };
        Assert.Equal(TrainingRunReasons.ReusedExisting, Again(other, version).Status.Reason);
    }

    public static TheoryData<string, TrainingRunSpec> Different => new()
    {
        { "params", Reusing with { Params = new Dictionary<string, string> { ["rounds"] = "101" } } },
        { "args", Reusing with { Args = ["--fast"] } },
        { "command", Reusing with { Command = ["train"] } },
        { "env", Reusing with { Env = [new TrainingEnvironment { Name = "SEED", Value = "1" }] } },
        { "secret", Reusing with { Env = [new TrainingEnvironment { Name = "SEED", SecretKeyRef = new SecretKeyReference { Name = "s", Key = "k" } }] } },
        { "image", Reusing with { Image = "registry.example/x@sha256:" + new string('b', 64) } },
        { "checkpoint of another run", Reusing with { Checkpoint = new TrainingCheckpoint { Uri = "pvc://ckpt", ContinueFrom = Guid.Empty.ToString() } } },
        { "source", Reusing with { Source = new SourceRevision { Revision = "abc" } } },
        { "gpus", Reusing with { Resources = new TrainingResources { Limits = new Dictionary<string, string> { ["nvidia.com/gpu"] = "2" } } } },
        { "dataset name", Reusing with { Datasets = [Reusing.Datasets![0] with { Name = "train" }] } },
        { "file name", Reusing with { Datasets = [Reusing.Datasets![0] with { FileName = "x.csv" }] } },
        { "node", Reusing with { PodTemplate = new TrainingPodTemplate { NodeSelector = new Dictionary<string, string> { ["gpu"] = "a100" } } } },
    };

    [Theory]
    [MemberData(nameof(Different))]
    public void Whatever_may_shape_the_model_makes_a_run_of_its_own(string what, TrainingRunSpec spec)
    {
        var known = Known.Append(new("train", DatasetState.Found, "there", "sha256:" + new string('a', 64))).ToList();
        Assert.True(TrainingInputs.Hash(spec, known, Runs.Options, out _) is { } hash && hash != TrainingInputs.Hash(Reusing, known, Runs.Options, out _), what);
    }

    [Fact]
    public void Another_dataset_makes_a_run_of_its_own()
    {
        var spec = Reusing with { Datasets = [new TrainingDataset { Name = "diamonds", Uri = "configmap://diamonds/all.csv" }] };
        Assert.Equal(TrainingRunReasons.ReusedExisting, Again(spec, Made(Reusing)).Status.Reason);
        var world = Again(spec, Made(Reusing), [Known[0] with { Digest = "sha256:" + new string('e', 64) }]);
        Assert.Equal((TrainingRunPhase.Succeeded, TrainingRunReasons.Succeeded, 1), (world.Status.Phase, world.Status.Reason, world.PodsCreated));
        Assert.Equal(TrainingRunReasons.NothingIdentical, Conditions.Find(world.Status.Conditions, TrainingRunConditions.Reused)!.Reason);
    }

    public static TheoryData<string, TrainingRunSpec, IReadOnlyList<DatasetFinding>, string> Unknown => new()
    {
        { "a tag", Reusing with { Image = "registry.example/train:1.4" }, Known, TrainingRunReasons.ImageNotPinned },
        { "a dataset without digest", Reusing with { Datasets = [new TrainingDataset { Name = "diamonds", Uri = "configmap://diamonds" }] }, [new("diamonds", DatasetState.Found, "there")], TrainingRunReasons.DatasetNotPinned },
    };

    [Theory]
    [MemberData(nameof(Unknown))]
    public void What_is_not_pinned_is_never_called_identical_and_the_condition_says_so(string what, TrainingRunSpec spec, IReadOnlyList<DatasetFinding> findings, string reason)
    {
        var world = new ToyWorld(_ => PodFate.Succeed, spec) { Datasets = findings }.Settle();
        Assert.Equal(1, world.PodsCreated);
        Assert.True(Conditions.Find(world.Status.Conditions, TrainingRunConditions.Reused) is { Status: "False" } condition && condition.Reason == reason, what);
        Assert.Null(Assert.Single(world.Versions).Spec.Lineage!.InputHash);
    }

    [Fact]
    public void A_version_that_is_not_ready_or_going_is_not_reused()
    {
        var version = Made(Reusing);
        Assert.Equal(1, Again(Reusing, version with { Status = null }).PodsCreated);
        Assert.Equal(1, Again(Reusing, version with { Status = new ModelVersionStatus { Phase = ModelVersionPhase.Failed } }).PodsCreated);
        Assert.Equal(1, Again(Reusing, version with { Metadata = version.Metadata with { DeletionTimestamp = Runs.Start } }).PodsCreated);
    }

    [Fact]
    public void Without_reuse_the_same_is_trained_again()
    {
        var world = Again(Runs.Spec, Made(Runs.Spec));
        Assert.Equal(1, world.PodsCreated);
        Assert.Null(Conditions.Find(world.Status.Conditions, TrainingRunConditions.Reused));
    }

    [Fact]
    public void A_sweep_is_not_answered_by_an_earlier_version_and_its_trials_do_not_reuse_suspend_or_delete_themselves()
    {
        var sweep = Sweeps.SweepSpecs.Spec(Sweeps.SweepSpecs.Grid) with
        {
            Reuse = TrainingReuse.IfIdentical,
            Suspend = true,
            Ttl = new TrainingTtl { SecondsAfterFinished = 7, Policy = TrainingTtlPolicy.Self },
        };
        Assert.Contains(TrainingRunValidation.Check(Runs.Run(sweep)), e => e.Path == "spec.reuse" && e.Value == "IfIdentical");
        var trial = ModelOperator.TrainingRuns.Sweeps.SweepChild.Spec(sweep, ModelOperator.TrainingRuns.Sweeps.SweepSchedule.Of(sweep.Sweep!, []).Trials[0]);
        Assert.Equal((null, null, 7, TrainingTtlPolicy.Children), (trial.Reuse, trial.Suspend, trial.Ttl!.SecondsAfterFinished, trial.Ttl.Policy));
    }

    [Fact]
    public void The_oldest_of_several_answers()
    {
        var version = Made(Reusing);
        var late = version with { Metadata = version.Metadata with { Name = "diamonds-0", CreationTimestamp = Runs.Start.AddDays(1) } };
        var world = World(Reusing, Known);
        world.Versions.AddRange([late, version with { Metadata = version.Metadata with { CreationTimestamp = Runs.Start } }]);
        Assert.Equal("diamonds-1", world.Settle(5).Status.ModelVersion);
    }

    [Fact]
    public void The_operators_own_trainer_is_the_same_only_within_one_version_and_reference()
    {
        var one = TrainingInputs.Hash(Reusing, Known, Runs.Options, out _);
        Assert.Equal(one, TrainingInputs.Hash(Reusing with { Image = Runs.Options.TrainerImage }, Known, Runs.Options, out _));
        Assert.NotEqual(one, TrainingInputs.Hash(Reusing, Known, Runs.Options with { TrainerImage = "model-operator-trainer:0.2.0" }, out _));
        Assert.Null(TrainingInputs.Hash(Reusing with { Image = Runs.Options.TrainerImage }, Known, new OperatorOptions { TrainerImage = "model-operator-trainer:0.2.0" }, out _));
    }

    [Fact]
    public void A_digest_is_the_same_image_whatever_its_repository()
    {
        var digest = "@sha256:" + new string('b', 64);
        Assert.Equal(
            TrainingInputs.Hash(Reusing with { Image = "registry.example/a" + digest }, Known, Runs.Options, out _),
            TrainingInputs.Hash(Reusing with { Image = "mirror.example/b:1" + digest }, Known, Runs.Options, out _));
    }

    /// <summary>The version that a run of the spec makes, verified.</summary>
    private static V1ModelVersion Made(TrainingRunSpec spec)
    {
        var version = Assert.Single(World(spec, Known).Settle().Versions);
        return version with { Status = new ModelVersionStatus { Phase = ModelVersionPhase.Ready }, Spec = version.Spec with { TrainingRun = new ObjectSource { Name = "earlier", Uid = "other" } } };
    }

    private static ToyWorld Again(TrainingRunSpec spec, V1ModelVersion version, IReadOnlyList<DatasetFinding>? findings = null)
    {
        var world = World(spec, findings ?? Known);
        world.Versions.Add(version with { Metadata = version.Metadata with { Name = "diamonds-1" } });
        var before = world.Versions.ToList();
        world.Settle(2);
        // A run that trains registers under the next number of the toy Model, which is 1 as well.
        if (world.Status.Phase != TrainingRunPhase.Succeeded)
            world.Versions.RemoveAll(before.Contains);
        return world.Settle();
    }

    private static ToyWorld World(TrainingRunSpec spec, IReadOnlyList<DatasetFinding> findings) => new(_ => PodFate.Succeed, spec, Runs.Budget("500")) { Datasets = findings };
}
