using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Limits of the model server reach its Pods.</summary>
public sealed class ModelServerLimitTests
{
    [Fact]
    public void Limits_that_are_set_reach_the_server_and_others_keep_its_defaults_and_the_Pods()
    {
        var (plain, limited) = (Deployment(new()), Deployment(new() { MaxConcurrentRequests = 8, MaxQueuedRequests = 0, RequestTimeoutSeconds = 5 }));
        Assert.Equal(
            ["MODELOP_MAX_CONCURRENT_REQUESTS=8", "MODELOP_MAX_QUEUED_REQUESTS=0", "MODELOP_REQUEST_TIMEOUT_SECONDS=5"],
            Variables(limited).Except(Variables(plain)));
        Assert.Empty(Variables(plain).Except(Variables(limited)));
        Assert.NotEqual(plain.Metadata.Annotations![CanaryWorkload.InputsAnnotation], limited.Metadata.Annotations![CanaryWorkload.InputsAnnotation]);
        // What an operator wrote that knew no limits: an upgrade restarts no Pod.
        Assert.Equal("v1:bed892486fffed51", plain.Metadata.Annotations![CanaryWorkload.InputsAnnotation]);
    }

    [Fact]
    public void A_variant_reaches_the_server_and_renews_its_Pods()
    {
        var (plain, int8) = (Deployment(new()), Deployment(new() { Variant = "int8" }));
        Assert.Equal(["MODELOP_MODEL_VARIANT=int8"], Variables(int8).Except(Variables(plain)));
        Assert.NotEqual(plain.Metadata.Annotations![CanaryWorkload.InputsAnnotation], int8.Metadata.Annotations![CanaryWorkload.InputsAnnotation]);
    }

    [Theory]
    [InlineData(null, 40)]
    [InlineData(1, 40)]
    [InlineData(31, 41)]
    [InlineData(600, 610)]
    public void A_Pod_that_is_told_to_go_is_given_the_time_of_its_longest_request(int? timeout, int expected) =>
        Assert.Equal(expected, Deployment(new() { RequestTimeoutSeconds = timeout }).Spec!.Template!.Spec!.TerminationGracePeriodSeconds);

    [Fact]
    public void A_gateway_waits_longer_than_its_servers_let_a_request_wait()
    {
        var (plain, patient) = (Gateway(30, null), Gateway(600, null));
        Assert.Equal(["MODELOP_GATEWAY_TIMEOUT_SECONDS=605", "MODELOP_GATEWAY_SHUTDOWN_SECONDS=605"], Variables(patient).Except(Variables(plain)));
        Assert.Equal((40, 610), (plain.Spec!.Template!.Spec!.TerminationGracePeriodSeconds, patient.Spec!.Template!.Spec!.TerminationGracePeriodSeconds));
        // One that stands is made anew when that changes, and not otherwise.
        Assert.Same(patient.Spec.Template, Gateway(600, patient).Spec!.Template);
        Assert.Same(plain.Spec.Template, Gateway(null, plain).Spec!.Template);
        Assert.Equal(["MODELOP_GATEWAY_TIMEOUT_SECONDS=65", "MODELOP_GATEWAY_SHUTDOWN_SECONDS=65"], Variables(Gateway(60, patient)).Except(Variables(plain)));
        Assert.Equal(Variables(plain), Variables(Gateway(null, patient)));
    }

    private static V1Deployment Gateway(int? timeout, V1Deployment? existing) => CanaryGateway.Deployment(Of(Spec() with { Server = new() { RequestTimeoutSeconds = timeout } }), Options, existing);

    private static V1Deployment Deployment(ModelServerTemplate server) => CanaryWorkload.Deployment(Of(Spec() with { Server = server }), Version("diamonds-2"), 1, Options, null);

    private static IEnumerable<string> Variables(V1Deployment deployment) =>
        deployment.Spec!.Template!.Spec!.Containers.Single().Env!.Where(static variable => variable.Value is not null).Select(static variable => $"{variable.Name}={variable.Value}");
}
