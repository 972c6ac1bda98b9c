using System.Runtime.InteropServices;
using ModelOperator.LoadGen;

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (ArgumentException problem)
{
    await Console.Error.WriteLineAsync($"{problem.Message}\n{LoadOptions.Usage}");
    return 64;
}

using var stop = new CancellationTokenSource();
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using var onInt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
var tally = new Tally();
using var run = new LoadRun(options, TableRows.Read(options.Csv, options.Target), tally, TimeProvider.System);
await run.RunAsync(stop.Token);
Console.WriteLine(tally.ToJson());
return 0;

void OnSignal(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
