using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Sources;
using ModelOperator.Kubernetes;

var (options, problem) = GatewayOptions.FromEnvironment(Environment.GetEnvironmentVariable);
if (problem is not null)
{
    await Console.Error.WriteLineAsync($"modeloperator-gateway: {problem}.");
    return 64;
}

var clock = TimeProvider.System;
using var loggers = LoggerFactory.Create(logging => logging.AddJsonConsole().SetMinimumLevel(LogLevel.Information)
    .AddFilter("Microsoft", LogLevel.Warning).AddFilter("Yarp", LogLevel.Error));
KubernetesClient? client;
try
{
    client = string.IsNullOrEmpty(options.RoutesFile) ? ClientOf(clock) : null;
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

[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The edge: jitter of retries is meant to differ between gateways.")]
static KubernetesClient ClientOf(TimeProvider clock) => new(
    KubernetesClientConfiguration.FromDefault(clock), new KubernetesClientOptions { UserAgent = "model-operator-gateway" }, clock, Random.Shared);
