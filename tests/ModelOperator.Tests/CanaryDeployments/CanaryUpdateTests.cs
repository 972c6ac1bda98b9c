using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>A server setting with which the stable version's Pods do not start: told, and traffic stays.</summary>
public sealed class CanaryUpdateTests
{
    private static readonly V1ContainerState Ended = new() { Terminated = new() { ExitCode = 65, Reason = "Error", Message = "variant int4 unknown\n" } };
    private static readonly V1ContainerState Running = new() { Running = new() };
    private static readonly V1ContainerState BackOff = new() { Waiting = new() { Reason = "CrashLoopBackOff", Message = "back-off 40s" } };

    private static V1Pod Pod(string name, string template, int age, V1ContainerState? state = null, int restarts = 0, V1ContainerState? last = null) => new()
    {
        Metadata = new()
        {
            Name = name,
            CreationTimestamp = Start.AddSeconds(-age),
            Labels = new() { ["pod-template-hash"] = template, [ModelOperatorApi.VersionLabel] = "diamonds-1" },
        },
        Status = new() { Phase = "Running", ContainerStatuses = [new() { Name = "server", State = state ?? Running, LastState = last, RestartCount = restarts, Image = "server:2" }] },
    };

    private static StuckUpdate? Stuck(IEnumerable<V1Pod> pods, int updated = 1, int replicas = 2, bool late = false, long observed = 1)
    {
        var deployment = CanaryWorkload.Deployment(Of(Spec()), Version("diamonds-1"), 1, Options, null);
        deployment.Metadata.Generation = 1;
        return WorkloadViews.Of(deployment with
        {
            Status = new()
            {
                Replicas = replicas,
                UpdatedReplicas = updated,
                AvailableReplicas = 1,
                ObservedGeneration = observed,
                Conditions = late ? [new() { Type = "Progressing", Status = "False", Reason = "ProgressDeadlineExceeded" }] : null,
            },
        }, pods).Stuck;
    }

    [Fact]
    public void A_pod_that_crashes_reads_the_same_whether_it_runs_waits_or_has_just_ended()
    {
        StuckUpdate? Of(V1ContainerState state, V1ContainerState? last) => Stuck([Pod("old", "a", 900), Pod("new", "b", 60, state, 2, last)]);
        var expected = new StuckUpdate(CanaryReasons.PodsCrash, "Pod new, container server, ends with exit code 65", "variant int4 unknown");
        Assert.All([Of(Ended, Ended), Of(BackOff, Ended), Of(Running, Ended)], stuck => Assert.Equal(expected, stuck));
    }

    [Fact]
    public void Only_an_update_that_gets_nowhere_is_blocked()
    {
        var (old, crashing) = (Pod("old", "a", 900), Pod("new", "b", 60, Running, 2, Ended));
        Assert.Null(Stuck([old, Pod("new", "b", 60, Running, 1, Ended)]));
        Assert.Null(Stuck([old, Pod("new", "b", 60)]));
        // No update: a lone server that crashes is a version that is not available.
        Assert.Null(Stuck([crashing], 1, 1));
        Assert.Null(Stuck([old, crashing], observed: 0));
        // What the old Pods went through is past; so is a Pod that goes.
        Assert.Null(Stuck([Pod("old", "a", 900, Running, 7, Ended), Pod("new", "b", 60)]));
        Assert.Null(Stuck([old, crashing with { Metadata = crashing.Metadata with { DeletionTimestamp = Start } }]));
    }

    [Fact]
    public void An_init_container_that_ended_well_at_last_is_done_and_one_that_does_not_is_named()
    {
        StuckUpdate? Of(int code) => Stuck([Pod("old", "a", 900), Pod("new", "b", 60) with
        {
            Status = new() { Phase = "Pending", InitContainerStatuses = [new() { Name = "fetch", RestartCount = 3, State = new() { Terminated = new() { ExitCode = code, Reason = "OOMKilled" } }, LastState = Ended }] },
        }]);
        Assert.Null(Of(0));
        Assert.Equal("Pod new, container fetch, ends with exit code 137 (OOMKilled)", Of(137)!.Subject);
    }

    [Fact]
    public void A_deadline_that_is_over_names_what_the_pod_waits_for_and_does_not_change_with_the_back_off()
    {
        StuckUpdate? Of(string reason) => Stuck([Pod("old", "a", 900), Pod("new", "b", 60, new() { Waiting = new() { Reason = reason, Message = reason + " of now" } })], late: true);
        Assert.Equal(new StuckUpdate(CanaryReasons.ProgressDeadlineExceeded, "Pod new: image server:2 cannot be had", ""), Of("ErrImagePull"));
        Assert.Equal(Of("ErrImagePull"), Of("ImagePullBackOff"));
        Assert.Equal("they did not become available in time", Stuck([Pod("old", "a", 900), Pod("new", "b", 60)], late: true)!.Subject);
    }

    [Fact]
    public async Task It_is_told_once_writes_nothing_while_it_lasts_and_ends_by_itself()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        var traffic = world.Arms();
        world.Stuck["diamonds-1"] = new(CanaryReasons.PodsCrash, "Pod p, container server, ends with exit code 65", "08:00:01 variant int4 unknown");
        world.Wake();
        await world.PassAsync(1);
        Assert.Equal((CanaryReasons.PodsCrash, Conditions.True), (Condition(world, CanaryUpdates.UpdateBlocked)!.Reason, Condition(world, "Stalled")!.Status));
        Assert.Equal((Conditions.False, CanaryUpdates.UpdateBlocked), (Condition(world, "Ready")!.Status, Condition(world, "Ready")!.Reason));
        Assert.Equal((CanaryPhase.Healthy, CanaryReasons.Serving), (world.Status.Phase, world.Status.Reason));
        Assert.Contains("exit code 65: 08:00:01 variant int4 unknown. The Pods made before serve on.", world.Status.Message, StringComparison.Ordinal);
        // The next crash has its own time.
        world.Stuck["diamonds-1"] = world.Stuck["diamonds-1"] with { Detail = "08:05:01 variant int4 unknown" };
        await world.AssertQuietAsync();
        Assert.Single(world.Events, e => e is { Warning: true, Reason: CanaryUpdates.UpdateBlocked });
        Assert.Equal(traffic, world.Arms());
        world.Stuck.Clear();
        world.Wake();
        await world.PassAsync(1);
        Assert.Null(Condition(world, CanaryUpdates.UpdateBlocked));
        Assert.Equal((Conditions.True, Conditions.False), (Condition(world, "Ready")!.Status, Condition(world, "Stalled")!.Status));
        Assert.StartsWith("diamonds-1 serves", world.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_goes_its_way_beside_it()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(50), Gate()]));
        world.Stuck["diamonds-1"] = new(CanaryReasons.PodsCrash, "Pod p, container server, ends with exit code 65", "");
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Assert.Equal((Conditions.True, Conditions.False), (Condition(world, CanaryUpdates.UpdateBlocked)!.Status, Condition(world, "Stalled")!.Status));
        Assert.Equal(50, world.Status.Weights!.Canary);
        world.Command("promote 1");
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", CanaryVersion: null });
        await world.PassAsync(5);
        Assert.Null(Condition(world, CanaryUpdates.UpdateBlocked));
    }

    private static V1Condition? Condition(ToyWorld world, string type) => Conditions.Find(world.Status.Conditions, type);
}
