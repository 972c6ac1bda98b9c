using ModelOperator.Analysis;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>Canaries that cannot go on: traffic stays, the status says why and what to do.</summary>
public sealed class BadCanaryTests
{
    private static readonly CanaryScenario Promotion = new(good: true);

    [Fact]
    public async Task A_version_that_does_not_exist_is_named_and_is_taken_once_it_exists()
    {
        await using var world = await ToyWorld.FakeAsync();
        await world.CreateAsync(ModelOperatorDescriptors.CanaryDeployments, Objects.Canary(CanaryScenario.Canary, "prices", CanaryScenario.First));
        await using var instance = await OperatorInstance.StartAsync(world);
        var canary = await ReasonAsync(world, CanaryReasons.VersionNotFound);
        AssertStalled(canary, "spec.versionRef.name: ModelVersion prices-1 does not exist", "create it or name another");
        Assert.Empty(await world.ListAsync(KubernetesDescriptors.Deployments));
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", 1));
        await ReasonAsync(world, CanaryReasons.Serving);
    }

    [Fact]
    public async Task A_missing_version_in_the_middle_leaves_the_traffic_as_it_is()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await ServingAsync(world);
        await world.PatchAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, """{"spec":{"versionRef":{"name":"prices-7"}}}""");
        var canary = await ReasonAsync(world, CanaryReasons.VersionNotFound);
        AssertStalled(canary, "prices-7", "Traffic is unchanged");
        Assert.Equal((CanaryScenario.First, 100), (canary.Status!.StableVersion, canary.Status.Weights!.Stable));
    }

    [Fact]
    public async Task A_digest_that_changes_rolls_no_pod_until_it_is_put_back()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await ServingAsync(world);
        var judged = (await world.ReadAsync(ModelOperatorDescriptors.ModelVersions, CanaryScenario.First)).Spec.Artifact.Digest;
        var other = "sha256:" + new string('b', 64);
        await world.PatchAsync(ModelOperatorDescriptors.ModelVersions, CanaryScenario.First, Digest(other));
        var canary = await ReasonAsync(world, CanaryReasons.DigestChanged);
        AssertStalled(canary, $"ModelVersion {CanaryScenario.First}: spec.artifact.digest is {other}, but its Pods were made from {judged}", "Put the digest back");
        Assert.Equal(judged, CanaryWorkload.FetchedDigest(await world.ReadAsync(KubernetesDescriptors.Deployments, "shop-1")));
        await world.PatchAsync(ModelOperatorDescriptors.ModelVersions, CanaryScenario.First, Digest(judged));
        canary = await ReasonAsync(world, CanaryReasons.Serving);
        Assert.Equal((judged, null), (canary.Status!.Digests!.Single().Digest, canary.Status.Digests!.Single().Changed));

        static string Digest(string digest) => """{"spec":{"artifact":{"digest":"DIGEST"}}}""".Replace("DIGEST", digest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_younger_of_two_canaries_on_one_service_waits_and_is_told_who_has_it()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await ServingAsync(world);
        await Task.Delay(((FastTime)world.Time).Real(TimeSpan.FromSeconds(2)), TimeProvider.System);
        var other = Objects.Canary("intruder", "prices", CanaryScenario.Second);
        await world.CreateAsync(ModelOperatorDescriptors.CanaryDeployments, other with { Spec = other.Spec with { Service = CanaryScenario.Canary, Alias = null } });
        var late = await ReasonAsync(world, CanaryReasons.ServiceConflict, "intruder");
        AssertStalled(late, "spec.service: Service shop is already served by CanaryDeployment shop", "set another spec.service, or delete one of the two");
        Assert.Equal(CanaryPhase.Healthy, (await world.ReadAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary)).Status!.Phase);
        Assert.DoesNotContain(await world.ListAsync(KubernetesDescriptors.Deployments), d => d.Metadata.Name.StartsWith("intruder", StringComparison.Ordinal));
        await world.DeleteAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary);
        await ReasonAsync(world, CanaryReasons.Serving, "intruder");
    }

    [Fact]
    public async Task A_step_with_two_members_is_named()
    {
        await using var world = await ToyWorld.FakeAsync();
        var canary = Objects.Canary(CanaryScenario.Canary, "prices", CanaryScenario.First);
        var steps = new[] { new CanaryStep { SetWeight = 5, Gate = new CanaryGate() } };
        await world.CreateAsync(ModelOperatorDescriptors.CanaryDeployments, canary with { Spec = canary.Spec with { Strategy = new CanaryStrategy { Steps = steps } } });
        await using var instance = await OperatorInstance.StartAsync(world);
        AssertStalled(await ReasonAsync(world, CanaryReasons.InvalidSpec), "spec.strategy.steps[0]", "exactly one of setWeight, setMirrorRoute, setHeaderRoute, setCanaryScale, pause, analysis, gate");
    }

    [Theory]
    [InlineData("empty", "EmptyResult", "no series")]
    [InlineData("nan", "NotANumber", "NaN")]
    public async Task Metrics_without_a_number_are_no_pass_and_the_canary_asks_a_person(string answer, string reason, string says)
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Metrics.Override = _ => answer == "nan" ? Sample.Of(double.NaN) : Sample.Empty;
        await using var instance = await UnderWayAsync(world);
        // Its time is over when it has looked at each, not before.
        await world.UntilAsync(
            ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary,
            static c => c.Status?.Analysis?.Metrics is { Count: 2 } looked && looked.All(static m => m.NoData > 0), static c => $"{c.Status?.Phase} {c.Status?.Reason}: {c.Status?.Message}");
        ((FastTime)world.Time).Jump(TimeSpan.FromHours(1));
        var canary = await ReasonAsync(world, CanaryReasons.InconclusiveAnalysis);
        Assert.Equal((CanaryPhase.Paused, CanaryScenario.First), (canary.Status!.Phase, canary.Status.StableVersion));
        Assert.Contains("Commands: promote, retry, abort", canary.Status.Message, StringComparison.Ordinal);
        Assert.All(canary.Status.Analysis!.Metrics!, m => Assert.Equal((reason, true, 0), (m.Reason, m.NoData > 0, m.Count)));
        Assert.Contains(canary.Status.Analysis.Metrics!, m => m.Message!.Contains(says, StringComparison.Ordinal));
        await world.PatchAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, """{"metadata":{"annotations":{"modeloperator.io/command":"abort 1"}}}""");
        var aborted = await world.UntilAsync(
            ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, c => c.Status?.Phase == CanaryPhase.Degraded, c => $"{c.Status?.Phase} {c.Status?.Reason}");
        Assert.Equal(CanaryReasons.AbortedByUser, aborted.Status!.LastDecision!.Reason);
    }

    [Fact]
    public async Task An_outage_of_prometheus_pauses_and_rolls_nothing_back()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Metrics.Override = _ => Sample.Failure("Prometheus at http://prometheus.test:9090 cannot be reached: connection refused");
        await using var instance = await UnderWayAsync(world);
        var canary = await ReasonAsync(world, CanaryReasons.MetricsUnavailable);
        Assert.Equal((CanaryPhase.Paused, CanaryScenario.Second, 20), (canary.Status!.Phase, canary.Status.CanaryVersion, canary.Status.Weights!.Canary));
        Assert.Contains("http://prometheus.test:9090 cannot be reached", canary.Status.Message, StringComparison.Ordinal);
        Assert.Contains("goes on when the provider answers", canary.Status.Message, StringComparison.Ordinal);
        world.Metrics.Override = _ => null;
        await world.UntilAsync(() => Promotion.MissingAsync(world));
    }

    [Fact]
    public async Task A_version_whose_pods_never_come_up_is_rolled_back_at_the_deadline()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await ServingAsync(world);
        world.Deployments.BecomesAvailable = d => !d.Metadata.Name.EndsWith("-2", StringComparison.Ordinal);
        await world.PatchAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, """{"spec":{"versionRef":{"name":"prices-2"}}}""");
        // The deadline is missed when the Pods have been waited for, not before.
        await ReasonAsync(world, CanaryReasons.WaitForPods);
        ((FastTime)world.Time).Jump(TimeSpan.FromSeconds(Objects.Deadline + 1));
        var canary = await world.UntilAsync(
            ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, c => c.Status?.Phase == CanaryPhase.Degraded, c => $"{c.Status?.Phase} {c.Status?.Reason}: {c.Status?.Message}");
        Assert.Equal(CanaryReasons.ProgressDeadlineExceeded, canary.Status!.LastDecision!.Reason);
        AssertStalled(canary, "0 of 1 Pods of prices-2 are available", "Name another version in spec.versionRef, or give the command");
    }

    private static async Task<OperatorInstance> ServingAsync(ToyWorld world)
    {
        await Promotion.BeginAsync(world);
        var instance = await OperatorInstance.StartAsync(world);
        await ReasonAsync(world, CanaryReasons.Serving);
        return instance;
    }

    private static async Task<OperatorInstance> UnderWayAsync(ToyWorld world)
    {
        var instance = await ServingAsync(world);
        await world.PatchAsync(
            ModelOperatorDescriptors.CanaryDeployments,
            CanaryScenario.Canary,
            """{"spec":{"versionRef":{"name":"prices-2"},"strategy":{"scaleDownDelaySeconds":2,"steps":[{"setWeight":20},{"analysis":{"maxDurationSeconds":3600}}]}}}""");
        return instance;
    }

    private static Task<V1CanaryDeployment> ReasonAsync(ToyWorld world, string reason, string name = CanaryScenario.Canary) => world.UntilAsync(
        ModelOperatorDescriptors.CanaryDeployments, name, c => c.Status?.Reason == reason, c => $"{c.Status?.Phase} {c.Status?.Reason}: {c.Status?.Message}");

    private static void AssertStalled(V1CanaryDeployment canary, string thing, string advice)
    {
        var stalled = Conditions.Find(canary.Status!.Conditions, "Stalled")!;
        Assert.Equal("True", stalled.Status);
        Assert.Contains(thing, stalled.Message, StringComparison.Ordinal);
        Assert.Contains(advice, stalled.Message, StringComparison.Ordinal);
    }
}
