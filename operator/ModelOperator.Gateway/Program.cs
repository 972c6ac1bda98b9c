using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Sources;
using ModelOperator.Kubernetes;

SocketThreads.AnswerInline();
var (options, problem) = GatewayOptions.FromEnvironment(Environment.GetEnvironmentVariable);
if (problem is not null)
{
    await Console.Error.WriteLineAsync($"modeloperator-gateway: {problem}.");
    return 64;
}

var clock = TimeProvider.System;
// Retries and watches of many gateways must not fall together, so each has its own seed.
Random jitter = new(RandomNumberGenerator.GetInt32(int.MaxValue));
using var loggers = LoggerFactory.Create(logging => logging.AddJsonConsole().SetMinimumLevel(LogLevel.Information)
    .AddFilter("Microsoft", LogLevel.Warning).AddFilter("Yarp", LogLevel.Error).AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None));
KubernetesClient? client;
try
{
    client = string.IsNullOrEmpty(options.RoutesFile) ? ClientOf(clock, jitter) : null;
}
catch (KubernetesConfigurationException exception)
{
    await Console.Error.WriteLineAsync($"modeloperator-gateway: no API server to read routes from: {exception.Message}. Outside a cluster set MODELOP_GATEWAY_ROUTES_FILE.");
    return 64;
}

using var disposing = client;
IRouteTableSource source = client is null
    ? new FileRouteTableSource(options.RoutesFile!, clock)
    : new ConfigMapRouteTableSource(client, options.Namespace!, options.RoutesConfigMap!, clock, loggers.CreateLogger<ConfigMapRouteTableSource>());

TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
void OnSignal(PosixSignalContext context)
{
    context.Cancel = true;
    stop.TrySetResult();
}

using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
await using var server = await GatewayServer.StartAsync(options, source, loggers, clock, CancellationToken.None);
await stop.Task;
await server.StopAsync(CancellationToken.None);
return 0;

static KubernetesClient ClientOf(TimeProvider clock, Random jitter) => new(
    KubernetesClientConfiguration.FromDefault(clock), new KubernetesClientOptions { UserAgent = "model-operator-gateway" }, clock, jitter);
