using ModelOperator.Server.Models;
using ModelOperator.XGBoost;

namespace ModelOperator.Server.Hosting;

/// <summary>
/// The GPU of this process: whether there is one, and what becomes of one that fails. After some errors (memory that cannot be corrected, a kernel that went astray) no call of a process
/// succeeds any more, and only a new process helps: a few failed calls in a row end this one.
/// </summary>
internal sealed partial class DeviceWatch(ServerOptions options, TimeProvider time, PredictionTurns turns, ServerExit exit, ILogger<DeviceWatch> logger)
{
    private const int MostFailures = 3;

    /// <summary>On what models predict.</summary>
    internal PredictorTerms Terms => PredictorTerms.Of(options, time, turns, Failed);

    /// <summary>Why no model can be served on the device that the settings ask for, whatever the model; null where one may.</summary>
    internal static string? Refusal(ServerOptions options) =>
        options is { Device: ServingDevice.Cuda, RehearsesCuda: false } && CudaDevices.Count() == 0 ? new DeviceUnavailableException(CudaDevices.None).Message : null;

    private void Failed(Exception failure, int inARow)
    {
        LogFailed(failure, inARow);
        if (inARow >= MostFailures)
            exit.Fail(ServerExit.NoDevice, $"the GPU failed {inARow} times in a row: {failure.Message}");
    }

    [LoggerMessage(1, LogLevel.Error, "The GPU failed, {InARow} times in a row")]
    private partial void LogFailed(Exception failure, int inARow);
}
