using ModelOperator.Trainer.Parameters;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Learning;

/// <summary>Refuses a device that is not there, before any work is done.</summary>
internal static class DeviceCheck
{
    /// <exception cref="TrainerException">With <see cref="ExitCode.Unavailable"/>.</exception>
    internal static void Require(TrainingDevice device)
    {
        try
        {
            var version = XGBoostLibrary.Version;
            if (device == TrainingDevice.Cpu)
                return;
            if (!XGBoostLibrary.BuiltWithCuda)
                throw Unavailable($"libxgboost {version} is built without CUDA: use a trainer image built with BASE and XGBOOST for NVIDIA, or device=cpu");
            if (CudaDevices.Count() == 0)
                throw Unavailable("the NVIDIA driver offers no GPU to this container: request nvidia.com/gpu in the TrainingRun, or use device=cpu");
        }
        catch (DllNotFoundException failure)
        {
            throw new TrainerException(ExitCode.Unavailable, failure.Message, failure);
        }
    }

    private static TrainerException Unavailable(string reason) => new(ExitCode.Unavailable, $"device 'cuda' was asked for, but {reason}");
}
