using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Carbon.Accounts;
using ModelOperator.Carbon.Grid;
using ModelOperator.EnergyMetering;
using ModelOperator.Fakes;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Registry;
using ModelOperator.Serving;
using ModelOperator.Tests.EnergyMetering;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.Serving;

/// <summary>A cluster's caches and a clock that tests move; processes of the operator come and go over them, with or without a database and a Prometheus.</summary>
internal sealed class ServingWorld : IAsyncDisposable
{
    internal static readonly PriceSheet Prices = PriceSheet.Parse("item,product,region,hours,price\ncurrency,,,,EUR\ngpuHour,,,,2\nkWh,,,,0.3\n");
    private static readonly HttpClient Http = new();
    private readonly string? connection;
    private RegistryWorld? registry;
    private ServingPods tracker;

    internal ServingWorld(string? connection = null, FakePrometheus? prometheus = null, OperatorOptions? options = null)
    {
        (this.connection, Prometheus, Options) = (connection, prometheus, (options ?? new OperatorOptions { Zone = "DEU", PueMilli = 1_200, Prices = Prices }) with { PrometheusUrl = prometheus?.Url });
        Canaries.Put(Samples.Canary(null));
        tracker = new(Pods, Canaries, Clock);
        Meter = Restart();
    }

    internal FakeTimeProvider Clock { get; } = new(Samples.Noon);

    internal MemoryStore<V1Pod> Pods { get; } = new();

    internal MemoryStore<V1CanaryDeployment> Canaries { get; } = new();

    internal FakePrometheus? Prometheus { get; }

    internal OperatorOptions Options { get; set; }

    internal ServingMetrics Metrics { get; private set; } = new();

    internal ServingMeter Meter { get; private set; }

    internal RegistryWorld Registry => registry!;

    /// <summary>The process ends as if killed, and another begins: what was only in memory is gone.</summary>
    internal ServingMeter Restart()
    {
        registry = connection is null ? null : new RegistryWorld(connection, Clock);
        tracker = new(Pods, Canaries, Clock);
        Metrics = new();
        IPowerMeter? power = Prometheus is null ? null : new PrometheusPowerMeter(new PrometheusSeriesClient(Http, Prometheus.Url), Clock, NullLogger<PrometheusPowerMeter>.Instance);
        return Meter = new(
            tracker, new GatewayRequests(Http, Options.PrometheusUrl), static (zone, _) => Task.FromResult(YearlyIntensity.Of(zone)), Options, Metrics, Clock,
            registry is null ? null : new ServingHistory(registry.Database), power);
    }

    /// <summary>Moves the clock in steps of five minutes, with a pass (and those that it asks for at once) after each.</summary>
    internal async Task AdvanceAsync(double minutes)
    {
        for (var until = Clock.GetUtcNow().AddMinutes(minutes); Clock.GetUtcNow() < until;)
        {
            var left = until - Clock.GetUtcNow();
            Clock.Advance(left < ServingMeter.Interval ? left : ServingMeter.Interval);
            await PassAsync();
        }
    }

    internal async Task PassAsync()
    {
        for (var passes = 0; (await Meter.ReconcileAsync(ServingMeter.Key, CancellationToken.None)).Delay == TimeSpan.Zero; passes++)
            Assert.True(passes < 1_000);
    }

    internal V1Pod Start(string name, string component = ServingPod.Server, string? version = "diamonds-1", Action<V1ResourceRequirements>? resources = null)
    {
        var labels = new Dictionary<string, string> { [ModelOperatorApi.CanaryLabel] = "price", [ModelOperatorApi.ComponentLabel] = component };
        if (component == ServingPod.Server)
            (labels[ModelOperatorApi.VersionLabel], labels[ModelOperatorApi.ModelLabel]) = (version!, "diamonds");
        var asked = new V1ResourceRequirements { Requests = new() { ["cpu"] = "500m", ["memory"] = "1Gi" } };
        resources?.Invoke(asked);
        var pod = new V1Pod
        {
            Metadata = new() { Name = name, NamespaceProperty = "ml", Uid = "uid-" + name, Labels = labels },
            Spec = new() { Containers = [new() { Name = component, Resources = asked }] },
            Status = new() { Phase = "Running", StartTime = Clock.GetUtcNow() },
        };
        Pods.Put(pod);
        return pod;
    }

    /// <summary>The Pod goes. The informer tells of it, unless no operator runs.</summary>
    internal void Stop(V1Pod pod, bool unseen = false)
    {
        var change = Pods.Remove(pod);
        if (!unseen)
            tracker.Observe(change);
    }

    /// <summary>Series of the Pod's or the gateway's exporter, every 30 s of [from, to], in seconds after noon.</summary>
    internal void Record(string text, int from, int to, Func<int, double> value) => Prometheus!.Record(
        text, Enumerable.Range(0, ((to - from) / 30) + 1).Select(i => from + (i * 30)).Select(s => (Samples.Noon.AddSeconds(s), value(s))));

    internal Task<List<string>> RowsAsync(string sql) => PostgresServer.RowsAsync(connection!, sql);

    public async ValueTask DisposeAsync()
    {
        Metrics.Dispose();
        if (registry is not null)
            await registry.DisposeAsync();
    }
}
