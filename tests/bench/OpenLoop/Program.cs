using System.Globalization;
using System.Runtime.InteropServices;
using ModelOperator.OpenLoop;

// open-loop PORT RATE SECONDS CONNECTIONS BODIES-FILE [LOG]: prints sent, errors, p50 and p99 in milliseconds. SIGTERM ends it earlier.
// LOG gets a line with time and version for each good answer.
var number = (int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
var requests = Requests.Read(args[4], number(0));
var connections = new List<Connection>();
for (var i = 0; i < number(3); i++)
    connections.Add(new Connection(number(0)));
using var stop = new CancellationTokenSource();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});
var log = args.Length > 5 ? new AnswerLog() : null;
var latencies = new Pace(connections, requests, log).Run(number(1), TimeSpan.FromSeconds(number(2)), stop.Token, out var errors);
log?.Write(args[5]);
Array.Sort(latencies);
connections.ForEach(connection => connection.Dispose());
double At(double share) => latencies[(int)(share * (latencies.Length - 1))] * 1000;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{latencies.Length} {errors} {At(0.5):F3} {At(0.99):F3}"));
