using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>What Pods answer that the operator itself takes away counts neither for nor against their version.</summary>
public sealed class CanaryDrainTests
{
    private static async Task<ToyWorld> ShrinkingAsync()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Scale(4), Weight(50), Judged(), Scale(1), Judged(600), Gate()]) with { Server = new() { Replicas = 4 } });
        world.DyingErrors = 0.6;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.StepIndex == 3);
        return world;
    }

    [Fact]
    public async Task Errors_of_pods_that_are_too_many_do_not_count_and_looks_begin_when_they_have_gone()
    {
        var world = await ShrinkingAsync();
        await world.UntilAsync(s => s.CountedFrom > world.Now);
        await world.UntilAsync(s => s.CountedFrom <= world.Now);
        Assert.True(world.Status.CountedFrom > world.Status.StepStartedAt);
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Assert.Equal((null, "diamonds-2", "0"), (world.Status.CountedFrom, world.Status.CanaryVersion, world.Status.Analysis!.Metrics![0].Value));
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task Errors_of_the_pods_that_stay_count_as_ever()
    {
        var world = await ShrinkingAsync();
        await world.UntilAsync(s => s.CountedFrom is not null);
        world.ErrorRate["diamonds-2"] = 0.5;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 120);
        Assert.Equal("errors", world.Status.LastDecision!.Metric);
    }

    [Fact]
    public async Task A_restart_in_between_forgets_nothing()
    {
        var world = await ShrinkingAsync();
        await world.UntilAsync(s => s.CountedFrom > world.Now);
        world.Restart();
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
    }

    private static V1Pod Pod(string version, int? leaves, int grace = 40, string? phase = null) => new()
    {
        Metadata = new()
        {
            Name = "a",
            Labels = new() { [ModelOperatorApi.VersionLabel] = version },
            DeletionTimestamp = leaves is { } seconds ? Start.AddSeconds(seconds) : null,
            DeletionGracePeriodSeconds = leaves is null ? null : grace,
        },
        Spec = new() { TerminationGracePeriodSeconds = 40 },
        Status = new() { Phase = phase },
    };

    public static TheoryData<int, V1Pod[], int?> Pods() => new()
    {
        { 2, [], null },
        { 2, [Pod("diamonds-2", null)], null },
        { 2, [Pod("diamonds-2", 30), Pod("diamonds-2", 35)], 35 },
        { 2, [Pod("diamonds-2", 5, grace: 0)], 5 },
        // The version lacks it, it is another version's, it has ended, it may take longer than our templates say.
        { 1, [Pod("diamonds-2", 30)], null },
        { 2, [Pod("diamonds-1", 30)], null },
        { 2, [Pod("diamonds-2", 30, phase: "Failed")], null },
        { 2, [Pod("diamonds-2", 3000, grace: 3600)], null },
    };

    [Theory]
    [MemberData(nameof(Pods))]
    public void A_pod_leaves_when_it_is_told_to_go_and_the_version_is_whole_without_it(int available, V1Pod[] pods, int? until)
    {
        var deployment = CanaryWorkload.Deployment(Of(Spec()), Version("diamonds-2"), 2, Options, null);
        var view = WorkloadViews.Of(deployment with { Status = new() { AvailableReplicas = available, UpdatedReplicas = available } }, pods);
        Assert.Equal(until is { } seconds ? Start.AddSeconds(seconds) : null, view.LeavingUntil);
    }
}
