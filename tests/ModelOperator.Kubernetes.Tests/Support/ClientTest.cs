using ModelOperator.Fakes;

namespace ModelOperator.Kubernetes.Tests;

/// <summary>A fake server and a client for it; every test gets its own.</summary>
public abstract class ClientTest : IAsyncLifetime, IDisposable
{
    private readonly List<KubernetesClient> _clients = [];
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(5));

    protected FakeApiServer Server { get; private set; } = null!;

    protected KubernetesClient Client { get; private set; } = null!;

    /// <summary>Ends a test that hangs.</summary>
    protected CancellationToken Token => _limit.Token;

    protected virtual FakeApiServerOptions ServerOptions => new() { BookmarkInterval = TimeSpan.FromMilliseconds(50) };

    protected virtual KubernetesClientOptions ClientOptions => new() { RetryBackoff = TimeSpan.FromMilliseconds(1) };

    public async Task InitializeAsync()
    {
        Server = await FakeApiServer.StartAsync(ServerOptions);
        Client = NewClient(ClientOptions);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        foreach (var client in _clients)
            client.Dispose();
        _limit.Dispose();
    }

    protected KubernetesClient NewClient(KubernetesClientOptions options, TimeProvider? time = null, KubernetesClientConfiguration? configuration = null)
    {
        var client = new KubernetesClient(configuration ?? Server.Configuration, options, time ?? TimeProvider.System, new Random(1));
        _clients.Add(client);
        return client;
    }

    protected static V1ConfigMap Map(string name, string value = "1", string space = "default") => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space },
        Data = new Dictionary<string, string> { ["key"] = value },
    };

    protected async Task CreateMapsAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, Map($"map-{i:000}"), null, Token);
    }
}
