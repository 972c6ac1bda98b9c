using System.Runtime.InteropServices;
using ModelOperator.Trainer;
using ModelOperator.XGBoost;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    XGBoostLibrary.LogToStandardError();
}
catch (DllNotFoundException)
{
    // The run itself ends with exit code 69 and a message for this.
}

return await TrainerProgram.RunAsync(Environment.GetEnvironmentVariables(), TimeProvider.System, Console.Out, Console.Error, stop.Token);
