using System.Globalization;
using ModelOperator.Hosting;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CanaryDeployments;

/// <summary>On what a version's Pods predict; pure.</summary>
public static class CanaryDevice
{
    /// <summary>The GPU's name in <c>spec.server.device</c>.</summary>
    public const string Cuda = "cuda";

    // What libtorch and libxgboost have no sums for; the server itself refuses what is named otherwise.
    private static readonly string[] CpuVariants = ["int8", "prune", "round", "prune-round"];

    /// <summary>Problems of the part of the spec, each naming the field, the value and what is allowed.</summary>
    /// <param name="server">Part of the spec.</param>
    public static IEnumerable<string> Problems(ModelServerTemplate server)
    {
        if (server.Device is not (null or "cpu" or Cuda))
            yield return $"spec.server.device: \"{CanaryText.Cut(server.Device, 64)}\" is not allowed; it must be cpu or cuda.";
        if (server.Device == Cuda && TrainingQuantities.Gpus(new TrainingResources { Limits = server.Limits }) < 1)
            yield return $"spec.server.device: \"{Cuda}\" needs a GPU in spec.server.limits, such as nvidia.com/gpu: \"1\" or a MIG slice; there is none, and the Pods would never be ready.";
        if (server.Device == Cuda && server.Variant is { } variant && CpuVariants.Contains(variant))
            yield return $"spec.server.variant: \"{variant}\" is for processors; allowed with device {Cuda} are fp16, and none for the model itself.";
        if (server.Device != Cuda && (server.BatchRows ?? server.BatchMilliseconds) is { } unused)
            yield return string.Create(CultureInfo.InvariantCulture, $"spec.server.{(server.BatchRows is null ? "batchMilliseconds" : "batchRows")}: {unused} is for a GPU, where requests go together; allowed with device {Cuda} alone.");
    }

    /// <summary>What to say where a spec asks for what this installation has not; null when there is nothing to say.</summary>
    /// <param name="canary">The object.</param>
    /// <param name="options">Settings of the installation.</param>
    public static string? Refusal(V1CanaryDeployment canary, OperatorOptions options) =>
        canary.Spec.Server is { Device: Cuda, Image: null } && options.CudaServerImage is null
            ? $"spec.server.image: absent, and this installation's own image has no CUDA libraries; device {Cuda} needs one that has (trainer-image/Server.Dockerfile), here or in MODELOP_CUDA_SERVER_IMAGE."
            : null;

    /// <summary>Image of the model server.</summary>
    /// <param name="server">Part of the spec.</param>
    /// <param name="options">Settings of the installation.</param>
    public static string Image(ModelServerTemplate server, OperatorOptions options) =>
        server.Image ?? (server.Device == Cuda ? options.CudaServerImage : null) ?? options.ServerImage;
}
