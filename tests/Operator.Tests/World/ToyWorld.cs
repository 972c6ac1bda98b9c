using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// An API server with everything around the operator: a node, Deployments, gateways, metrics, an artifact store. The doubles act
/// through the API and outlive any operator.
/// </summary>
internal sealed class ToyWorld : IAsyncDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly KubernetesClient client;
    private readonly List<Task> doubles;

    private ToyWorld(TestServer server, TimeProvider time)
    {
        (Server, Time) = (server, time);
        Handler = server.NewHandler();
        client = new KubernetesClient(server.Configuration, RealCluster.Patient with { UserAgent = "world" }, TimeProvider.System, new Random(2), Handler);
        Gateway = new ToyGateway(client, server.Space);
        Node = new ToyNode(client, server.Space, time, bind: !server.HasControllers);
        Deployments = new ToyDeployments(client, server.Space);
        doubles = server.HasControllers ? [Node.RunAsync(ending.Token)] : [Node.RunAsync(ending.Token), Deployments.RunAsync(ending.Token)];
    }

    internal TestServer Server { get; }

    internal TimeProvider Time { get; }

    internal string Space => Server.Space;

    /// <summary>A client for the test, as a user would have one.</summary>
    internal IKubernetesClient Client => client;

    internal ToyNode Node { get; }

    internal ToyDeployments Deployments { get; }

    internal ToyGateway Gateway { get; }

    internal ToyMetrics Metrics { get; } = new();

    internal ToyStore Store { get; } = new();

    internal TextLog? Log { get; } = new();

    private HttpMessageHandler Handler { get; }

    /// <summary>A world on a fake server of its own, with a clock of the given speed.</summary>
    internal static async Task<ToyWorld> FakeAsync(double speed = 20, string version = "v1.20.2")
    {
        var time = new FastTime(speed);
        var world = new ToyWorld(await FakeTestServer.StartAsync(time, version), time);
        await world.Node.RegisterAsync();
        return world;
    }

    /// <summary>A world in a namespace of its own on the real server of the tests.</summary>
    internal static async Task<ToyWorld> RealAsync(double speed) => new(await RealTestServer.StartAsync(), new FastTime(speed));

    /// <summary>Adds a double that acts until the world ends.</summary>
    internal void Play(Func<CancellationToken, Task> part) => doubles.Add(part(ending.Token));

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(doubles);
        client.Dispose();
        Handler.Dispose();
        ending.Dispose();
        await Server.DisposeAsync();
    }
}
