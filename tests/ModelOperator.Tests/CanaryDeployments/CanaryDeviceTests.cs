using ModelOperator.CanaryDeployments;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Model servers on a GPU as their Pods are made. What is refused is <see cref="CanaryValidationTests"/>'.</summary>
public sealed class CanaryDeviceTests
{
    private static readonly OperatorOptions WithImage = Options with { CudaServerImage = "server:cuda" };

    [Theory]
    [InlineData("nvidia.com/gpu")]
    [InlineData("nvidia.com/mig-1g.10gb")]
    public void A_GPU_reaches_the_server_with_its_settings_and_image_and_the_fetcher_has_none(string gpu)
    {
        var server = Cuda(gpu) with { BatchRows = 256, BatchMilliseconds = 2, Variant = "fp16" };
        Assert.Empty(CanaryValidation.Problems(Of(Spec() with { Server = server })));
        var (plain, cuda) = (Deployment(new(), WithImage), Deployment(server, WithImage));
        Assert.Equal(
            ["MODELOP_MODEL_VARIANT=fp16", "MODELOP_DEVICE=cuda", "MODELOP_BATCH_ROWS=256", "MODELOP_BATCH_MILLISECONDS=2"],
            Variables(cuda).Except(Variables(plain)));
        var pod = cuda.Spec!.Template!.Spec!;
        Assert.Equal(("server:cuda", 1m), (pod.Containers.Single().Image, pod.Containers.Single().Resources!.Limits![gpu].Value));
        Assert.DoesNotContain(gpu, pod.InitContainers!.Single().Resources!.Limits!.Keys);
        Assert.Equal(Options.ServerImage, plain.Spec!.Template!.Spec!.Containers.Single().Image);
        Assert.NotEqual(Inputs(plain), Inputs(cuda));
    }

    [Fact]
    public void The_spec_s_own_image_comes_first_and_the_CPU_written_out_restarts_no_Pod()
    {
        Assert.Equal("mine:1", Deployment(Cuda() with { Image = "mine:1" }, WithImage).Spec!.Template!.Spec!.Containers.Single().Image);
        Assert.Equal(Inputs(Deployment(new(), Options)), Inputs(Deployment(new() { Device = "cpu" }, Options)));
    }

    [Fact]
    public void Without_an_image_that_has_the_libraries_admission_says_so()
    {
        var asking = Of(Spec() with { Server = Cuda() });
        Assert.StartsWith("spec.server.image: absent, and this installation's own image has no CUDA libraries", CanaryDeploymentAdmission.Refusal(null, asking, Options), StringComparison.Ordinal);
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, asking, WithImage));
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(Spec() with { Server = Cuda() with { Image = "mine:1" } }), Options));
        Assert.Null(CanaryDeploymentAdmission.Refusal(asking, asking, Options));
        Assert.Equal("a:b", OperatorOptionsReader.Read(static name => name == "MODELOP_CUDA_SERVER_IMAGE" ? "a:b" : null).CudaServerImage);
    }

    private static ModelServerTemplate Cuda(string gpu = "nvidia.com/gpu") => new() { Device = "cuda", Limits = new Dictionary<string, string> { [gpu] = "1", ["memory"] = "4Gi" } };

    private static V1Deployment Deployment(ModelServerTemplate server, OperatorOptions options) =>
        CanaryWorkload.Deployment(Of(Spec() with { Server = server }), Version("diamonds-2"), 1, options, null);

    private static string Inputs(V1Deployment deployment) => deployment.Metadata.Annotations![CanaryWorkload.InputsAnnotation];

    private static IEnumerable<string> Variables(V1Deployment deployment) =>
        deployment.Spec!.Template!.Spec!.Containers.Single().Env!.Where(static variable => variable.Value is not null).Select(static variable => $"{variable.Name}={variable.Value}");
}
