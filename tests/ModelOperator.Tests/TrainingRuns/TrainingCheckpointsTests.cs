using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingCheckpointsTests
{
    private static readonly TrainingRunSpec Kept = Runs.Spec with { Checkpoint = new TrainingCheckpoint { Uri = "pvc://ckpt/team/a", IntervalSeconds = 600, GracePeriodSeconds = 120 } };

    [Fact]
    public void The_first_attempt_gets_a_folder_of_the_run_and_nothing_to_go_on_from()
    {
        var pod = Build(Kept, 1, ran: false);
        Assert.Equal("ckpt", pod.Spec!.Volumes!.Single(v => v.Name == "checkpoint").PersistentVolumeClaim!.ClaimName);
        var mount = Trainer(pod).VolumeMounts!.Single(m => m.Name == "checkpoint");
        Assert.Equal(("/workspace/checkpoint", "team/a/" + Runs.Run().Metadata.Uid, null), (mount.MountPath, mount.SubPath, mount.ReadOnly));
        Assert.Equal(("/workspace/checkpoint", "", "600", "120"), Contract(pod));
        Assert.Equal(120, pod.Spec.TerminationGracePeriodSeconds);
        Assert.DoesNotContain(Fetch(pod).VolumeMounts!, m => m.Name == "checkpoint");
        Assert.DoesNotContain(pod.Spec.Volumes!, v => v.Name == "resume");
    }

    [Fact]
    public void A_later_attempt_gets_a_link_that_the_fetcher_makes()
    {
        var pod = Build(Kept, 2, ran: true);
        Assert.Equal(("/workspace/checkpoint", "/workspace/resume/latest", "600", "120"), Contract(pod));
        var link = Trainer(pod).VolumeMounts!.Single(m => m.Name == "resume");
        Assert.Equal(("/workspace/resume", true), (link.MountPath, link.ReadOnly!.Value));
        var seen = Fetch(pod).VolumeMounts!.Single(m => m.Name == "checkpoint");
        Assert.Equal(("/workspace/checkpoint", "team/a/" + Runs.Run().Metadata.Uid, true), (seen.MountPath, seen.SubPath, seen.ReadOnly!.Value));
        Assert.Null(Fetch(pod).VolumeMounts!.Single(m => m.Name == "resume").ReadOnly);
        Assert.Equal("/workspace/checkpoint", Value(Fetch(pod), "MODELOP_CHECKPOINT_DIR"));
        Assert.Equal("/workspace/resume/latest", Value(Fetch(pod), "MODELOP_RESUME_LINK"));
    }

    [Fact]
    public void Resume_Never_and_runs_whose_trainer_never_ran_start_over()
    {
        Assert.Equal("", Contract(Build(Kept with { Checkpoint = Kept.Checkpoint! with { Resume = TrainingResume.Never } }, 2, ran: true)).Item2);
        Assert.Equal("", Contract(Build(Kept, 2, ran: false)).Item2);
    }

    [Fact]
    public void A_run_that_continues_another_works_in_its_folder_and_goes_on_from_the_first_attempt_on()
    {
        var earlier = Guid.Empty.ToString();
        var pod = Build(Kept with { Checkpoint = Kept.Checkpoint! with { ContinueFrom = earlier } }, 1, ran: false);
        Assert.Equal("/workspace/resume/latest", Contract(pod).Item2);
        Assert.Equal("/workspace/resume/latest", Value(Fetch(pod), "MODELOP_RESUME_LINK"));
        Assert.All(new[] { Fetch(pod), Trainer(pod) }, c => Assert.Equal("team/a/" + earlier, c.VolumeMounts!.Single(m => m.Name == "checkpoint").SubPath));
    }

    [Theory]
    [InlineData("pvc://ckpt", TrainingResume.Auto, "00000000-0000-0000-0000-000000000000", true)]
    [InlineData("pvc://ckpt", TrainingResume.Never, "00000000-0000-0000-0000-000000000000", false)]
    [InlineData(null, TrainingResume.Auto, "00000000-0000-0000-0000-000000000000", false)]
    [InlineData("pvc://ckpt", TrainingResume.Auto, "../other", false)]
    public void What_is_continued_is_the_folder_of_a_run(string? uri, TrainingResume resume, string from, bool allowed) => Assert.Equal(
        allowed, TrainingRunValidation.Check(Runs.Run(Runs.Spec with { Checkpoint = new TrainingCheckpoint { Uri = uri, Resume = resume, ContinueFrom = from } })).All(static e => e.Path != "spec.checkpoint.continueFrom"));

    [Fact]
    public void Without_a_checkpoint_nothing_changes()
    {
        var pod = Build(Runs.Spec, 3, ran: true);
        Assert.Equal(("/workspace/checkpoint", "", null, "30"), Contract(pod));
        Assert.DoesNotContain(pod.Spec!.Volumes!, v => v.PersistentVolumeClaim is not null || v.Name == "resume");
        Assert.Equal(30, pod.Spec.TerminationGracePeriodSeconds);
        Assert.Null(Value(Fetch(pod), "MODELOP_RESUME_LINK"));
    }

    [Fact]
    public void A_grace_alone_needs_no_volume()
    {
        var pod = Build(Runs.Spec with { Checkpoint = new TrainingCheckpoint { GracePeriodSeconds = 5 } }, 2, ran: true);
        Assert.Equal(("/workspace/checkpoint", "", null, "5"), Contract(pod));
        Assert.DoesNotContain(pod.Spec!.Volumes!, v => v.PersistentVolumeClaim is not null);
    }

    [Theory]
    [InlineData("pvc://claim", true)]
    [InlineData("pvc://claim/a/b.c", true)]
    [InlineData("pvc://", false)]
    [InlineData("pvc://Claim/a", false)]
    [InlineData("pvc://claim/", false)]
    [InlineData("pvc://claim//a", false)]
    [InlineData("pvc://claim/../a", false)]
    [InlineData("pvc://claim/a/..", false)]
    [InlineData("s3://bucket/a", false)]
    public void A_uri_names_a_claim_and_a_folder_that_stays_inside(string uri, bool allowed)
    {
        var errors = TrainingRunValidation.Check(Runs.Run(Runs.Spec with { Checkpoint = new TrainingCheckpoint { Uri = uri } }));
        Assert.Equal(allowed, errors.Count == 0);
        if (!allowed)
            Assert.Contains("pvc://<claim>[/<path>]", Assert.Single(errors, e => e.Path == "spec.checkpoint.uri" && e.Value == uri).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null, "spec.checkpoint.gracePeriodSeconds")]
    [InlineData(30, 0, "spec.checkpoint.intervalSeconds")]
    public void Times_are_bounded(int grace, int? interval, string path) => Assert.Contains(
        TrainingRunValidation.Check(Runs.Run(Runs.Spec with { Checkpoint = new TrainingCheckpoint { GracePeriodSeconds = grace, IntervalSeconds = interval } })), e => e.Path == path);

    private static V1Pod Build(TrainingRunSpec spec, int attempt, bool ran) =>
        TrainingRunPods.Build(Runs.Run(spec, new TrainingRunStatus { RunningTime = ran ? Runs.Start : null }), attempt, Runs.Options);

    private static V1Container Fetch(V1Pod pod) => pod.Spec!.InitContainers!.Single(c => c.Name == "fetch");

    private static V1Container Trainer(V1Pod pod) => pod.Spec!.InitContainers!.Single(c => c.Name == "trainer");

    private static string? Value(V1Container container, string name) => container.Env!.SingleOrDefault(e => e.Name == name)?.Value;

    private static (string?, string?, string?, string?) Contract(V1Pod pod) => (
        Value(Trainer(pod), "MODELOP_CHECKPOINT_DIR"), Value(Trainer(pod), "MODELOP_RESUME_FROM"),
        Value(Trainer(pod), "MODELOP_CHECKPOINT_INTERVAL_SECONDS"), Value(Trainer(pod), "MODELOP_GRACE_SECONDS"));
}
