using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainerLogTests
{
    private static readonly string Report = """{"schema":1,"model":{"uri":"modelop://sha256/HEX","digest":"sha256:HEX"},"metrics":{}}""".Replace("HEX", new string('a', 64), StringComparison.Ordinal);

    [Fact]
    public void A_result_without_metrics_takes_those_of_the_log()
    {
        var world = Published();
        var plan = TrainingRunPlanner.Decide(world.Run!, world.Observe() with { Logged = new LoggedMetrics(Uid(world), [new("rmse", 0.5)], null) }, world.Now);
        Assert.Equal(TrainingRunReasons.WaitingForVersionNumber, plan.Status!.Reason);
        Assert.Equal("rmse=0.5", string.Join(' ', plan.Status.Metrics!.Select(m => $"{m.Name}={m.Value}")));
    }

    [Fact]
    public void A_log_that_cannot_be_read_is_asked_again_for_a_minute_and_then_the_run_fails_and_says_so()
    {
        var world = Published();
        var unread = world.Observe() with { Logged = new LoggedMetrics(Uid(world), [], "the node does not answer") };
        var early = TrainingRunPlanner.Decide(world.Run!, unread, world.Now);
        Assert.NotEqual(TrainingRunPhase.Failed, (early.Status ?? world.Status).Phase);
        Assert.NotNull(early.RequeueAfter);
        var late = TrainingRunPlanner.Decide(world.Run!, unread, world.Now + TrainingRunPlanner.LogPatience + TimeSpan.FromSeconds(5));
        Assert.Equal(TrainingRunReasons.ResultWithoutMetrics, late.Status!.Reason);
        Assert.Contains("the node does not answer", late.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_without_pairs_ends_the_run_at_once()
    {
        var world = Published();
        var plan = TrainingRunPlanner.Decide(world.Run!, world.Observe() with { Logged = new LoggedMetrics(Uid(world), [], null) }, world.Now);
        Assert.Equal(TrainingRunReasons.ResultWithoutMetrics, plan.Status!.Reason);
    }

    private static string Uid(ToyWorld world) => world.Status.CurrentAttempt!.PodUid!;

    /// <summary>A world whose trainer is done and whose publisher reports no metric.</summary>
    private static ToyWorld Published()
    {
        var world = new ToyWorld(_ => PodFate.RunForever).Settle(6);
        var pod = world.Pods[0];
        V1ContainerStatus Ended(string name, string? message = null) => new() { Name = name, State = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = 0, StartedAt = world.Now, FinishedAt = world.Now, Message = message } } };
        world.Pods[0] = pod with { Status = pod.Status! with { Phase = "Succeeded", InitContainerStatuses = [Ended("fetch"), Ended("trainer")], ContainerStatuses = [Ended("publish", Report)] } };
        Assert.NotNull(TerminationMessage.TryReadPublish(Report));
        return world;
    }
}
