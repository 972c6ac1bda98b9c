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
        // Asked for on the CPU, too: without the library there is nothing to train with.
        _ = XGBoostLibrary.Version;
        if (device == TrainingDevice.Cuda && XGBoostLibrary.WhyNotCuda is { } reason)
            throw Unavailable(reason);
    }

    private static void RequireTorch(TrainingDevice device, MixedPrecision precision)
    {
        // libtorch brings in the same libgomp.
        WaitPolicy.Apply();
        _ = TorchLibrary.Version;
        if (device == TrainingDevice.Cuda && TorchLibrary.WhyNotCuda is { } reason)
            throw Unavailable(reason);
        if (precision == MixedPrecision.Bf16 && !(device == TrainingDevice.Cuda ? CudaDevices.ComputeCapability() >= Ampere : HasVectors))
            throw new TrainerException(
                ExitCode.Unavailable,
                $"mixedPrecision 'bf16' was asked for, but {(device == TrainingDevice.Cuda ? "the GPU is older than Ampere" : "this processor has no AVX-512 (BW, VL, DQ), without which it is slower than 32 bits")}: use mixedPrecision=none");
    }

    // What oneDNN needs for products of bfloat16.
    private static bool HasVectors => Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported;

    private static TrainerException Unavailable(string reason) => new(
        ExitCode.Unavailable,
        $"device 'cuda' was asked for, but {reason}: use a trainer image built for NVIDIA and request nvidia.com/gpu in the TrainingRun, or use device=cpu");
}
