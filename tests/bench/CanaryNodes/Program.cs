using System.Globalization;
using ModelOperator.CanaryNodes;
using ModelOperator.Kubernetes;

// What stands below the operator, for more canaries than fit on a machine: Deployments get Pods that are ready at once, and the gateways among them answer
// at addresses of 127.0.0.0/8. canary-nodes METRICS-PORT; the kubeconfig is KUBECONFIG's.
const int AdminPort = 8081;
var options = new KubernetesClientOptions { UserAgent = "canary-nodes", Qps = 0 };
using var client = new KubernetesClient(KubernetesClientConfiguration.FromDefault(TimeProvider.System), options, TimeProvider.System, new Random(1));
var tables = new Tables();
var addresses = new Addresses();
var traffic = new Traffic(tables, TimeProvider.System);
var metricsPort = int.Parse(args[0], CultureInfo.InvariantCulture);

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ListenAnyIP(AdminPort);
    kestrel.ListenAnyIP(metricsPort);
});
await using var app = builder.Build();
app.Run(context => context.Connection.LocalPort == metricsPort
    ? context.Response.WriteAsync(traffic.Text(), context.RequestAborted)
    : Reports.AnswerAsync(context, addresses, tables));

var stop = app.Lifetime.ApplicationStopping;
var nodes = new Nodes(client, addresses);
await app.StartAsync();
try
{
    await Task.WhenAll(
        Watching.RunAsync(client, KubernetesDescriptors.ConfigMaps, tables.See, stop),
        Watching.RunAsync(client, KubernetesDescriptors.Deployments, nodes.See, stop),
        nodes.RunAsync(stop));
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    // SIGTERM.
}
