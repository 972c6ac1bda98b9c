using System.Runtime.InteropServices;
using ModelOperator.Artifacts;
using ModelOperator.CarbonTools;
using ModelOperator.EnergyAgent;
using ModelOperator.Hosting;
using ModelOperator.TrainingRuns;

// One executable, one image: the operator itself and the small programs that run inside its Pods.
using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

return args switch
{
    [] or ["run"] => await OperatorCommand.RunAsync(stop.Token),
    ["store", .. var rest] => await StoreCommand.RunAsync(rest, stop.Token),
    ["predictions"] => await PredictionsCommand.RunAsync(stop.Token),
    ["api"] => await ApiCommand.RunAsync(stop.Token),
    ["fetch", .. var rest] => await FetchCommand.RunAsync(rest, stop.Token),
    ["follow", .. var rest] => await FollowingCommand.RunAsync(rest, stop.Token),
    ["publish", .. var rest] => await PublishCommand.RunAsync(rest, stop.Token),
    ["progress", .. var rest] => await ProgressCommand.RunAsync(rest, stop.Token),
    ["agent"] => await AgentCommand.RunAsync(stop.Token),
    ["carbon", .. var rest] => await CarbonCommand.RunAsync(
        rest, Environment.GetEnvironmentVariable, Console.In, Console.Out, Console.Error, TimeProvider.System, stop.Token),
    ["datasets", .. var rest] => await DatasetsCommand.RunAsync(rest, stop.Token),
    ["accounts", .. var rest] => await AccountsCommand.RunAsync(rest, Environment.GetEnvironmentVariable, Console.Out, Console.Error, stop.Token),
    ["version"] => await PrintAsync(OperatorVersion.Text, 0),
    ["--help" or "-h" or "help"] => await PrintAsync(Usage.Text, 0),
    _ => await PrintAsync($"modeloperator: unknown command '{args[0]}'\n\n{Usage.Text}", ExitCodes.Usage),
};

void Stop(PosixSignalContext context)
{
    // The default action would end the process before leases are released and uploads are closed.
    context.Cancel = true;
    stop.Cancel();
}

static async Task<int> PrintAsync(string text, int code)
{
    await (code == 0 ? Console.Out : Console.Error).WriteLineAsync(text);
    return code;
}
