using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>A result that is the trainer's termination message.</summary>
public sealed class TrainerResultMessageTests
{
    private static readonly string Digest = "sha256:" + new string('a', 64);

    [Fact]
    public void A_termination_message_is_a_result_like_the_file()
    {
        var status = End($$$"""{"schema":1,"model":{"path":"model","format":"onnx","digest":"{{{Digest}}}"},"metrics":{"rmse":0.5},"samples":7,"device":"cpu","usage":{"cpuSeconds":12,"wallSeconds":10}}""", "{}");
        Assert.Equal((TrainingRunReasons.WaitingForVersionNumber, "onnx", Digest, "cpu"), (status.Reason, status.Artifact!.Format, status.Artifact.Digest, status.Device));
        Assert.Equal(new NamedValue { Name = "rmse", Value = "0.5" }, Assert.Single(status.Metrics!));
        Assert.Equal("ModelledCPU", status.Energy!.Method);
    }

    [Theory]
    [InlineData("""{"schema":1,"metrics":{"rmse":0.5}}""", """{"loss":9}""", "rmse")]
    [InlineData("""{"schema":1}""", """{"loss":9}""", "loss")]
    public void Its_metrics_come_before_those_of_the_metrics_file(string message, string fromFile, string expected) =>
        Assert.Equal(expected, Assert.Single(End(message, fromFile).Metrics!).Name);

    [Theory]
    [InlineData(null, TrainingRunReasons.ResultMissing, "neither result.json nor")]
    [InlineData("done", TrainingRunReasons.ResultInvalid, "not valid JSON")]
    [InlineData("""{"message":"saved"}""", TrainingRunReasons.ResultInvalid, "schema must be 1")]
    [InlineData("""{"schema":1,"metrics":{}}""", TrainingRunReasons.ResultWithoutMetrics, "metrics is missing or empty")]
    [InlineData("""{"schema":1,"model":{"path":"other"},"metrics":{"rmse":1}}""", TrainingRunReasons.ResultInvalid, "model.path must be model")]
    [InlineData("""{"schema":1,"model":{"digest":"sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},"metrics":{"rmse":1}}""", TrainingRunReasons.ResultInvalid, "hashes to sha256:aaa")]
    public void One_that_is_no_result_fails_the_run_and_says_why(string? message, string reason, string says)
    {
        var status = End(message, "{}");
        Assert.Equal((TrainingRunPhase.Failed, reason), (status.Phase, status.Reason));
        Assert.Contains(says, status.Message, StringComparison.Ordinal);
    }

    private static TrainingRunStatus End(string? message, string fromFile)
    {
        var world = new ToyWorld(_ => PodFate.RunForever).Settle(6);
        var report = $$"""{"schema":1,"model":{"uri":"modelop://{{Digest.Replace(':', '/')}}","digest":"{{Digest}}"},"metrics":{{fromFile}},"noResultFile":true}""";
        var pod = world.Pods[0];
        V1ContainerStatus Ended(string name, string? said) => ToyKubelet.Ended(name, 0, "Completed", world.Now, world.Now, said);
        world.Pods[0] = pod with { Status = pod.Status! with { Phase = "Succeeded", InitContainerStatuses = [Ended("fetch", null), Ended("trainer", message)], ContainerStatuses = [Ended("publish", report)] } };
        return TrainingRunPlanner.Decide(world.Run!, world.Observe(), world.Now).Status!;
    }
}
