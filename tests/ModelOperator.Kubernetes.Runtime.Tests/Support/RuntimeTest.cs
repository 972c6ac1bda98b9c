using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Tests.Support;

/// <summary>A fake server that serves widgets, a client for it, and helpers; every test gets its own.</summary>
public abstract class RuntimeTest : IAsyncLifetime, IDisposable
{
    protected const string Space = "default";

    /// <summary>How long a machine that stands still now and then may take for anything.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly List<IDisposable> _owned = [];
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(5));

    protected FakeApiServer Server { get; private set; } = null!;

    protected KubernetesClient Client { get; private set; } = null!;

    protected RuntimeMetrics Metrics { get; } = new();

    /// <summary>Widgets that informers keep packed.</summary>
    protected virtual Func<V1Widget, bool>? SeldomRead => null;

    /// <summary>Ends a test that hangs.</summary>
    protected CancellationToken Token => _limit.Token;

    protected virtual FakeApiServerOptions ServerOptions => new() { BookmarkInterval = TimeSpan.FromMilliseconds(50) };

    /// <summary>Reconnects quickly, so that a test sees many sessions.</summary>
    protected static InformerOptions Quick { get; } = new()
    {
        BackOff = new BackOff(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(50), 0),
        WatchTimeout = TimeSpan.FromSeconds(30),
    };

    public virtual async Task InitializeAsync()
    {
        Server = await FakeApiServer.StartAsync(ServerOptions);
        Server.Register(Kinds.Widgets);
        Client = NewClient();
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var one in _owned)
            one.Dispose();
        await Server.DisposeAsync();
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Metrics.Dispose();
        _limit.Dispose();
    }

    protected KubernetesClient NewClient(TimeSpan? watchGrace = null, int maxRetries = 0)
    {
        var options = new KubernetesClientOptions
        {
            RetryBackoff = TimeSpan.FromMilliseconds(1),
            MaxRetries = maxRetries,
            MaxRetryAfter = TimeSpan.Zero,
            WatchGrace = watchGrace ?? TimeSpan.FromSeconds(30),
            Qps = 0,
        };
        return Own(new KubernetesClient(Server.Configuration, options, TimeProvider.System, new Random(1)));
    }

    protected T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }

    protected Informer<V1Widget> NewInformer(
        InformerOptions? options = null, TimeProvider? time = null, IKubernetesClient? client = null, CacheOptions<V1Widget>? cache = null) => new(
        client ?? Client, Kinds.Widgets, (cache ?? new CacheOptions<V1Widget>()) with { SeldomRead = SeldomRead }, options ?? Quick, time ?? TimeProvider.System, () => 0.5, Metrics, NullLogger.Instance);

    protected Caches NewCaches(InformerOptions? options = null) =>
        new(Client, options ?? Quick, TimeProvider.System, Metrics, NullLoggerFactory.Instance, () => 0.5);

    protected static JsonObject Widget(string name, string color = "red", string space = Space) => new()
    {
        ["apiVersion"] = "test.modeloperator.io/v1",
        ["kind"] = "Widget",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space },
        ["spec"] = new JsonObject { ["color"] = color },
    };

    protected void AddWidget(string name, string color = "red", string space = Space) => Server.Add("widgets", Widget(name, color, space));

    protected void Paint(string name, string color) => Server.Change("widgets", Space, name, live => live["spec"]!["color"] = color);

    protected static string? ColorOf(IStore<V1Widget> store, string name) => store.Get(Space, name)?.Spec?.Color;

    protected int Requests(string verb, string resource = "widgets") => Server.Requests.Count(r => r.Verb == verb && r.Resource == resource);

    /// <summary>Waits for a state of the world; fails with the text when it does not come.</summary>
    protected async Task EventuallyAsync(Func<bool> holds, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        while (!holds())
        {
            if (patience.IsCancellationRequested)
                Assert.Fail($"did not happen in {Patience.TotalSeconds} s: {what}");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>Runs the informer during the body and proves that it ends when cancelled.</summary>
    protected async Task RunningAsync(IInformer informer, Func<Task> body)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = informer.RunAsync(stop.Token);
        try
        {
            await body();
        }
        finally
        {
            await stop.CancelAsync();
            await running.WaitAsync(Patience, CancellationToken.None);
        }
    }

    protected static ILogger<T> Silent<T>() => NullLogger<T>.Instance;
}
