using System.Text.Json;
using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Metrics of type Job, from the look to the verdict and to the end of the Job.</summary>
public sealed class CanaryJobTests
{
    private static async Task<ToyWorld> CanaryAsync(string? end, params CanaryMetric[] metrics)
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(5), Judged(600)], metrics));
        world.JobEnd = end;
        world.Target("diamonds-2");
        return world;
    }

    private static CanaryMetricStatus Row(ToyWorld world) => Assert.Single(world.Status.Analysis!.Metrics!);

    [Fact]
    public async Task A_job_that_succeeds_is_a_success_and_is_removed_after_its_verdict()
    {
        var world = await CanaryAsync("Complete", Smoke);
        await world.UntilAsync(s => s.StableVersion == "diamonds-2" && s.Reason == CanaryReasons.Serving);
        Assert.Single(world.JobsMade);
        Assert.Empty(world.Jobs);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task A_job_that_fails_rolls_back_and_stays_for_its_logs_until_the_next_canary()
    {
        var world = await CanaryAsync("Failed", Smoke);
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Equal(("Rollback", Reasons.JobFailed, "smoke"), (world.Status.LastDecision!.Action, world.Status.LastDecision.Reason, world.Status.LastDecision.Metric));
        Assert.Contains("failed: as asked", world.Status.LastDecision.Message, StringComparison.Ordinal);
        var kept = Assert.Single(world.Jobs).Key;
        await world.AssertQuietAsync();
        Assert.Equal(kept, Assert.Single(world.Jobs).Key);
        world.JobEnd = "Complete";
        world.Target("diamonds-3");
        await world.UntilAsync(s => s.StableVersion == "diamonds-3" && s.Reason == CanaryReasons.Serving);
        Assert.Empty(world.Jobs);
    }

    [Fact]
    public async Task A_job_without_an_end_is_an_error_after_its_deadline_and_holds_the_canary()
    {
        var world = await CanaryAsync("DeadlineExceeded", Smoke with { ConsecutiveErrorLimit = 1 });
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable);
        Assert.Equal((CanaryPhase.Paused, "diamonds-1"), (world.Status.Phase, world.Status.StableVersion));
        Assert.Equal((nameof(Verdict.Error), Reasons.JobDeadlineExceeded), (Row(world).Verdict, Row(world).Reason));
        Assert.True(world.Jobs.Count <= 2, "one that is looked into, one that runs");
        world.JobEnd = "Complete";
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
    }

    [Fact]
    public async Task An_outage_of_jobs_that_holds_a_promotion_ends_with_the_first_answer()
    {
        var world = await CanaryAsync("DeadlineExceeded", Smoke with { ConsecutiveErrorLimit = 0 });
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable);
        world.Command("promote-full 1");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Promoting);
        await world.PassAsync(120);
        Assert.Equal((CanaryPhase.Promoting, CanaryReasons.MetricsUnavailable), (world.Status.Phase, world.Status.Reason));
        world.JobEnd = "Complete";
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
    }

    [Fact]
    public async Task Looks_take_turns_each_with_a_job_of_its_own_and_each_counted_once()
    {
        var world = await CanaryAsync("Complete", Smoke with { Count = 4, IntervalSeconds = 20 });
        var most = 0;
        await world.UntilAsync(s =>
        {
            most = Math.Max(most, world.Jobs.Count);
            return s.StableVersion == "diamonds-2" && s.Reason == CanaryReasons.Serving;
        });
        Assert.Equal((1, 4, 4), (most, world.JobsMade.Count, world.JobsMade.Distinct(StringComparer.Ordinal).Count()));
    }

    [Fact]
    public async Task A_restart_counts_no_job_twice_and_an_abort_ends_the_one_that_runs()
    {
        var world = await CanaryAsync("Complete", Smoke with { Count = 1000, IntervalSeconds = 20 });
        await world.UntilAsync(s => s.Analysis?.Metrics?[0].Count == 2);
        world.JobEnd = null;
        for (var i = 0; i < 5; i++)
        {
            world.Restart();
            await world.PassAsync(1);
        }

        Assert.Equal(2, Row(world).Count);
        await world.UntilAsync(_ => world.Jobs.Values.Any(job => job.Status is null));
        world.Command("abort 1");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Empty(world.Jobs);
    }

    [Fact]
    public async Task A_job_of_somebody_else_says_nothing()
    {
        var world = await CanaryAsync(null, Smoke);
        await world.UntilAsync(_ => world.Jobs.Count == 1);
        var (name, job) = Assert.Single(world.Jobs);
        world.Jobs[name] = job with
        {
            Metadata = job.Metadata with { OwnerReferences = [job.Metadata.OwnerReferences![0] with { Uid = "another" }] },
            Status = new() { Conditions = [new() { Type = "Failed", Status = "True" }] },
        };
        Assert.Null(CanaryJobs.Open(world.Canary, world.Status, world.Jobs.Values, Smoke));
    }

    [Fact]
    public void The_pods_have_the_restricted_profile_and_know_what_they_judge()
    {
        var metric = Smoke with
        {
            WindowSeconds = 300,
            Job = Smoke.Job! with
            {
                Args = ["--fast"],
                Limits = new Dictionary<string, string> { ["memory"] = "1Gi" },
                Env = [new() { Name = "MODE", Value = "full" }, new() { Name = "TOKEN", SecretKeyRef = new() { Name = "s", Key = "k" } }],
            },
        };
        var status = new CanaryDeploymentStatus { CanaryVersion = "diamonds-2", StableVersion = "diamonds-1", StepIndex = 1, StepStartedAt = Start };
        var job = CanaryJobs.Job(Of(Spec(null, metric)), status, metric, 3);
        Assert.Equal(
            JsonSerializer.Serialize(job, KubernetesDescriptors.Jobs.Type),
            JsonSerializer.Serialize(CanaryJobs.Job(Of(Spec(null, metric)), status, metric, 3), KubernetesDescriptors.Jobs.Type));
        Assert.NotEqual(job.Metadata.Name, CanaryJobs.Job(Of(Spec(null, metric)), status, metric, 4).Metadata.Name);
        Assert.Matches("^prices-look-[0-9a-f]{10}-3$", job.Metadata.Name);
        var pod = job.Spec!.Template!.Spec!;
        var container = Assert.Single(pod.Containers);
        Assert.Equal(("Never", false, true, "RuntimeDefault"), (pod.RestartPolicy, pod.AutomountServiceAccountToken, pod.SecurityContext!.RunAsNonRoot, pod.SecurityContext.SeccompProfile!.Type));
        Assert.Equal((false, true), (container.SecurityContext!.AllowPrivilegeEscalation, container.SecurityContext.ReadOnlyRootFilesystem));
        Assert.Equal("ALL", Assert.Single(container.SecurityContext.Capabilities!.Drop!));
        var env = container.Env!.ToDictionary(e => e.Name, e => e.Value);
        Assert.Equal(("diamonds-2", "diamonds-1", "http://prices-2.shop.svc:8080"), (env["MODELOP_VERSION"], env["MODELOP_STABLE_VERSION"], env["MODELOP_CANARY_URL"]));
        // The third look of an interval of five seconds ends ten seconds after the beginning, and looks back on five minutes.
        Assert.Equal((Start.ToUnixTimeSeconds() + 10).ToString(System.Globalization.CultureInfo.InvariantCulture), env["MODELOP_WINDOW_END"]);
        Assert.Equal((Start.ToUnixTimeSeconds() - 290).ToString(System.Globalization.CultureInfo.InvariantCulture), env["MODELOP_WINDOW_START"]);
        Assert.Equal(("full", null), (env["MODE"], env["TOKEN"]));
        // With late labels the first window begins with the step.
        var late = CanaryJobs.Job(Of(Spec(null, metric)), status, metric with { LabelDelaySeconds = 3600 }, 1).Spec!.Template!.Spec!.Containers[0].Env!.ToDictionary(e => e.Name, e => e.Value);
        Assert.Equal((Start.ToUnixTimeSeconds()).ToString(System.Globalization.CultureInfo.InvariantCulture), late["MODELOP_WINDOW_START"]);
    }

    private static CanaryDeploymentSpec Job(Func<JobProvider, JobProvider> change) => Spec(null, Smoke with { Job = change(Smoke.Job!) });

    public static TheoryData<string, CanaryDeploymentSpec> Wrong() => new()
    {
        { "spec.analysis.metrics[0].job: type Job needs it", Spec(null, Smoke with { Job = null }) },
        { "spec.analysis.metrics[0].job: only type Job takes it, not ErrorRate", Spec(null, Errors with { Job = Smoke.Job }) },
        { "spec.analysis.metrics[0].threshold: type Job has no number to judge", Spec(null, Smoke with { Threshold = new() { Max = "1" } }) },
        { "spec.analysis.metrics[0].compare: type Job has no number to judge", Spec(null, Smoke with { Compare = new() }) },
        { "spec.analysis.metrics[0].successCondition: type Job has no number to judge", Spec(null, Smoke with { SuccessCondition = "result < 1" }) },
        { "spec.analysis.metrics[0].query: only types Query, Auc, PredictionDrift, CarbonPer1000Predictions take a query; type Job has its own", Spec(null, Smoke with { Query = "up" }) },
        { "spec.analysis.metrics[0].prometheus: type Job asks no Prometheus", Spec(null, Smoke with { Prometheus = new() }) },
        { "spec.analysis.metrics[0].job.image: must name an image", Job(j => j with { Image = " " }) },
        { "spec.analysis.metrics[0].job.activeDeadlineSeconds: 4 is not between 5 and 86400", Job(j => j with { ActiveDeadlineSeconds = 4 }) },
        { "spec.analysis.metrics[0].job.backoffLimit: 11 is not between 0 and 10", Job(j => j with { BackoffLimit = 11 }) },
        { "spec.analysis.metrics[0].job.limits[cpu]: \"lots\" is not a quantity", Job(j => j with { Limits = new Dictionary<string, string> { ["cpu"] = "lots" } }) },
        { "spec.analysis.metrics[0].job.env[0].name: \"MODELOP_VERSION\": names that begin with MODELOP_ are the operator's", Job(j => j with { Env = [new() { Name = "MODELOP_VERSION", Value = "x" }] }) },
        { "spec.analysis.metrics[0].job.env[1].name: \"A\" is set twice", Job(j => j with { Env = [new() { Name = "A", Value = "x" }, new() { Name = "A", Value = "y" }] }) },
        { "spec.analysis.metrics[0].job.env[0].name: \"1A\" is not allowed", Job(j => j with { Env = [new() { Name = "1A", Value = "x" }] }) },
        { "spec.analysis.metrics[0].job.env[0]: needs value or secretKeyRef, and not both", Job(j => j with { Env = [new() { Name = "A" }] }) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_job_is_refused_with_field_value_and_what_is_allowed(string words, CanaryDeploymentSpec spec) =>
        Assert.Contains(words, Assert.Single(CanaryValidation.Problems(Of(spec))), StringComparison.Ordinal);

    [Fact]
    public void A_sound_job_passes() => Assert.Empty(CanaryValidation.Problems(Of(Spec(null, Smoke with { Count = 3, IntervalSeconds = 60 }))));
}
