using System.Runtime.Intrinsics.X86;
using ModelOperator.Torch;
using ModelOperator.Trainer.Parameters;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Learning;

/// <summary>Refuses a library or a device that is not there, before any work is done.</summary>
internal static class DeviceCheck
{
    private const int Ampere = 8;

    /// <exception cref="TrainerException">With <see cref="ExitCode.Unavailable"/>.</exception>
    internal static void Require(TrainingParameters parameters)
    {
        try
        {
            if (parameters.Network is { } network)
                RequireTorch(parameters.Device, network.MixedPrecision);
            else if (parameters.Trees is not null)
                RequireXGBoost(parameters.Device);
        }
        catch (DllNotFoundException failure)
        {
            throw new TrainerException(ExitCode.Unavailable, failure.Message, failure);
        }
    }

    private static void RequireXGBoost(TrainingDevice device)
    {
        // Here and not when the program starts: a linear model or a network needs no libxgboost.
        XGBoostLibrary.LogToStandardError();
        var version = XGBoostLibrary.Version;
        if (device == TrainingDevice.Cpu)
            return;
        if (!XGBoostLibrary.BuiltWithCuda)
            throw Unavailable($"libxgboost {version} is built without CUDA: use a trainer image built with BASE and XGBOOST for NVIDIA, or device=cpu");
        if (CudaDevices.Count() == 0)
            throw NoGpu();
    }

    private static void RequireTorch(TrainingDevice device, MixedPrecision precision)
    {
        // libtorch brings in the same libgomp.
        WaitPolicy.Apply();
        var version = TorchLibrary.Version;
        if (device == TrainingDevice.Cuda && !TorchLibrary.BuiltWithCuda)
            throw Unavailable($"libtorch {version} is built without CUDA: use a trainer image built for NVIDIA, or device=cpu");
        if (device == TrainingDevice.Cuda && (CudaDevices.Count() == 0 || !TorchLibrary.HasGpu))
            throw NoGpu();
        if (precision == MixedPrecision.Bf16 && !(device == TrainingDevice.Cuda ? CudaDevices.ComputeCapability() >= Ampere : HasVectors))
            throw new TrainerException(
                ExitCode.Unavailable,
                $"mixedPrecision 'bf16' was asked for, but {(device == TrainingDevice.Cuda ? "the GPU is older than Ampere" : "this processor has no AVX-512 (BW, VL, DQ), without which it is slower than 32 bits")}: use mixedPrecision=none");
    }

    // What oneDNN needs for products of bfloat16.
    private static bool HasVectors => Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported;

    private static TrainerException NoGpu() =>
        Unavailable("the NVIDIA driver offers no GPU to this container: request nvidia.com/gpu in the TrainingRun, or use device=cpu");

    private static TrainerException Unavailable(string reason) => new(ExitCode.Unavailable, $"device 'cuda' was asked for, but {reason}");
}
