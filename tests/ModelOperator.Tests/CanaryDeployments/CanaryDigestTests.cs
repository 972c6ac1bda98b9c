using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>A ModelVersion that names other bytes than those that were judged.</summary>
public sealed class CanaryDigestTests
{
    private static readonly string Judged = Version("diamonds-1").Digest;
    private static readonly string Other = Redigested("diamonds-1").Digest;

    private static async Task<ToyWorld> AtGateAsync(CanaryDeploymentSpec? spec = null)
    {
        var world = await CanaryStoryTests.ServingAsync(spec ?? Spec([Weight(20), Gate()]));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        return world;
    }

    private static void Set(ToyWorld world, VersionView version)
    {
        world.Versions[version.Name] = version;
        world.Wake();
    }

    private static string? Digest(ToyWorld world, string version) => CanaryWorkload.FetchedDigest(world.Deployments.GetValueOrDefault(version));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_stable_versions_pods_keep_the_bytes_that_were_judged_and_the_status_says_so(bool ready)
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        Set(world, Redigested("diamonds-1") with { Ready = ready });
        await world.PassAsync(5);
        Assert.Equal((CanaryPhase.Healthy, CanaryReasons.DigestChanged), (world.Status.Phase, world.Status.Reason));
        Assert.All(["ModelVersion diamonds-1", "spec.artifact.digest", Judged, Other], words => Assert.Contains(words, world.Status.Message, StringComparison.Ordinal));
        Assert.Equal(("True", "False"), (Condition(world, "Stalled"), Condition(world, "Ready")));
        Assert.Equal(0, world.Templates);
        await world.AssertQuietAsync();
        world.Restart();
        await world.PassAsync(5);
        Assert.Equal(0, world.Templates);
        Set(world, Version("diamonds-1"));
        await world.PassAsync(3);
        Assert.Equal(CanaryReasons.Serving, world.Status.Reason);
        Assert.Equal((0, 1), (world.Templates, world.Events.Count(e => e.Reason == CanaryReasons.DigestChanged)));
    }

    [Fact]
    public async Task A_version_deleted_and_made_again_with_other_bytes_changes_no_pod()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        world.Versions.Remove("diamonds-1");
        world.Wake();
        await world.PassAsync(5);
        Set(world, Redigested("diamonds-1"));
        await world.PassAsync(30);
        Assert.Equal((CanaryReasons.DigestChanged, 0, Judged), (world.Status.Reason, world.Templates, Digest(world, "diamonds-1")));
    }

    [Fact]
    public async Task Pods_made_by_an_operator_that_remembered_no_digest_are_not_rolled()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        world.Forget();
        Set(world, Redigested("diamonds-1"));
        await world.PassAsync(5);
        Assert.Equal((CanaryReasons.DigestChanged, 0, Judged), (world.Status.Reason, world.Templates, Digest(world, "diamonds-1")));
    }

    [Fact]
    public async Task A_deployment_that_was_deleted_by_hand_is_not_made_again_from_other_bytes()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        Set(world, Redigested("diamonds-1"));
        await world.PassAsync(5);
        world.Deployments.Remove("diamonds-1");
        world.Wake();
        await world.PassAsync(10);
        Assert.Empty(world.Deployments);
        Set(world, Version("diamonds-1"));
        await world.UntilAsync(s => s.Reason == CanaryReasons.Serving);
        Assert.Equal(Judged, Digest(world, "diamonds-1"));
    }

    [Fact]
    public async Task A_canary_whose_digest_changed_keeps_its_traffic_is_not_promoted_and_goes_on_when_it_is_put_back()
    {
        var world = await AtGateAsync();
        Set(world, Redigested("diamonds-2"));
        await world.PassAsync(5);
        Assert.Equal((CanaryReasons.DigestChanged, 20, 0), (world.Status.Reason, world.Status.Weights!.Canary, world.Templates));
        await world.AssertQuietAsync(200);
        world.Command("promote 1");
        await world.PassAsync(30);
        Assert.Equal(("diamonds-1", "diamonds-2"), (world.Status.StableVersion, world.Status.CanaryVersion));
        Set(world, Version("diamonds-2"));
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        world.Command("promote 2");
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Reason: CanaryReasons.Serving });
        Assert.Equal(0, world.Templates);
        Assert.Equal(Judged, world.Status.History![^1].Digest);
    }

    [Theory]
    [InlineData("harm")]
    [InlineData("abort")]
    [InlineData("another")]
    [InlineData("stable")]
    public async Task Harm_an_abort_and_another_version_end_a_canary_whose_digest_changed(string end)
    {
        var world = await AtGateAsync();
        Set(world, Redigested("diamonds-2"));
        await world.PassAsync(5);
        switch (end)
        {
            case "harm": world.ErrorRate["diamonds-2"] = 0.9; break;
            case "abort": world.Command("abort 1"); break;
            default: world.Target(end == "another" ? "diamonds-3" : "diamonds-1"); break;
        }

        await world.UntilAsync(s => s.CanaryVersion != "diamonds-2");
        Assert.Equal(end is "harm" or "abort" ? "diamonds-2" : null, world.Status.RejectedVersion);
    }

    [Fact]
    public async Task The_stable_versions_digest_stops_no_canary_of_another_version_and_is_told_once()
    {
        var world = await AtGateAsync();
        Set(world, Redigested("diamonds-1"));
        await world.PassAsync(5);
        Assert.Equal((CanaryReasons.StepGate, Other), (world.Status.Reason, world.Status.Digests!.Single(d => d.Version == "diamonds-1").Changed));
        Assert.Single(world.Events, e => e.Reason == CanaryReasons.DigestChanged);
        await world.AssertQuietAsync();
        world.ErrorRate["diamonds-2"] = 0.9;
        await world.UntilAsync(s => s is { Phase: CanaryPhase.Degraded, Retiring: null });
        Assert.Equal((Judged, 0), (Digest(world, "diamonds-1"), world.Templates));
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
    }

    [Fact]
    public async Task A_version_that_comes_back_with_other_bytes_waits_until_its_old_pods_are_gone()
    {
        var world = await AtGateAsync();
        world.Target("diamonds-3");
        await world.UntilAsync(s => s.CanaryVersion == "diamonds-3");
        Set(world, Redigested("diamonds-2"));
        world.Target("diamonds-2");
        await world.PassAsync(3);
        Assert.Equal((CanaryReasons.DigestChanged, "diamonds-3", Judged), (world.Status.Reason, world.Status.CanaryVersion, Digest(world, "diamonds-2")));
        Assert.StartsWith("spec.versionRef.name: ModelVersion diamonds-2: spec.artifact.digest is ", world.Status.Message, StringComparison.Ordinal);
        await world.UntilAsync(s => s is { CanaryVersion: "diamonds-2", Reason: CanaryReasons.StepGate });
        Assert.Equal(Other, Digest(world, "diamonds-2"));
    }

    [Fact]
    public async Task A_version_that_was_stable_with_other_bytes_goes_through_the_steps()
    {
        var world = await AtGateAsync(Spec([Weight(20), Gate()]) with { RollbackWindow = new() { Revisions = 5 } });
        world.Command("promote 1");
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Retiring: null, Reason: CanaryReasons.Serving });
        Set(world, Redigested("diamonds-1"));
        world.Target("diamonds-1");
        await world.UntilAsync(s => s is { CanaryVersion: "diamonds-1", Reason: CanaryReasons.StepGate });
        Assert.Null(world.Status.StepsSkipped);
    }

    private static string? Condition(ToyWorld world, string type) => world.Status.Conditions!.First(c => c.Type == type).Status;
}
