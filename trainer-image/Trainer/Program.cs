using System.Runtime.InteropServices;
using ModelOperator.Trainer;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
return await TrainerProgram.RunAsync(Environment.GetEnvironmentVariables(), TimeProvider.System, Console.Out, Console.Error, stop.Token);
