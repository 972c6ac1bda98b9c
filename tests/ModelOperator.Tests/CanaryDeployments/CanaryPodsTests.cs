using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>What the Pods of a canary are told and asked.</summary>
public sealed class CanaryPodsTests
{
    private static V1Container MainOf(string which) => (which == "gateway"
        ? CanaryGateway.Deployment(Of(Spec()), Options, null)
        : CanaryWorkload.Deployment(Of(Spec()), Version("diamonds-2"), 1, Options, null)).Spec!.Template!.Spec!.Containers![0];

    private static int Seconds(V1Probe probe) => Math.Max(probe.TimeoutSeconds!.Value, probe.PeriodSeconds!.Value) * probe.FailureThreshold!.Value;

    [Theory]
    [InlineData("gateway")]
    [InlineData("server")]
    public void A_starved_process_has_time_to_answer_and_a_hung_one_is_found(string which)
    {
        var container = MainOf(which);
        Assert.InRange(Seconds(container.ReadinessProbe!), 20, 30);
        Assert.True(container.ReadinessProbe!.TimeoutSeconds >= 5);
        // Ready within a second all the same.
        Assert.Equal(1, container.ReadinessProbe.PeriodSeconds);
        Assert.InRange(Seconds(container.LivenessProbe!), 60, 90);
    }

    [Fact]
    public void A_server_knows_whose_it_is_and_is_not_restarted_to_learn_it()
    {
        var canary = Of(Spec());
        Assert.Equal("prices", MainOf("server").Env!.Single(variable => variable.Name == "MODELOP_CANARY").Value);
        var made = CanaryWorkload.Deployment(canary, Version("diamonds-2"), 1, Options, null);
        made.Spec!.Template!.Spec!.Containers![0].Env!.RemoveAll(variable => variable.Name == "MODELOP_CANARY");
        Assert.Equal(made.Spec.Template, CanaryWorkload.Deployment(canary, Version("diamonds-2"), 1, Options, made).Spec!.Template);
    }
}
