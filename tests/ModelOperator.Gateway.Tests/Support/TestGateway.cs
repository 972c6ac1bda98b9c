using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Gateway.Hosting;

namespace ModelOperator.Gateway.Tests.Support;

/// <summary>The real gateway on free ports, with clients for both.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly GatewayServer _server;

    private TestGateway(GatewayServer server)
    {
        _server = server;
        Client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = server.TrafficAddress };
        Admin = new() { BaseAddress = server.AdminAddress };
    }

    public HttpClient Client { get; }

    public HttpClient Admin { get; }

    public ManualSource Source { get; private init; } = new();

    public static async Task<TestGateway> StartAsync(GatewayOptions? options = null, TimeProvider? time = null)
    {
        ManualSource source = new();
        var settings = (options ?? new() { DrainDelay = TimeSpan.Zero }) with { Port = 0, AdminPort = 0 };
        var server = await GatewayServer.StartAsync(settings, source, NullLoggerFactory.Instance, time ?? TimeProvider.System, CancellationToken.None);
        return new(server) { Source = source };
    }

    public static string Table(string revision, params (string Name, string Version, string? Url, int Weight)[] arms) => Document(revision, arms).ToJsonString();

    public static JsonObject Document(string revision, params (string Name, string Version, string? Url, int Weight)[] arms) => new()
    {
        ["schema"] = 1,
        ["revision"] = revision,
        ["canary"] = "shop/prices",
        ["arms"] = new JsonArray([.. arms.Select(arm => new JsonObject { ["name"] = arm.Name, ["version"] = arm.Version, ["url"] = arm.Url, ["weight"] = arm.Weight })]),
        ["sticky"] = null,
        ["mirror"] = null,
    };

    public bool Apply(string json) => _server.Routes.Apply(json);

    public void Apply(params (string Name, string Version, string? Url, int Weight)[] arms) => Assert.True(Apply(Table("r" + arms.GetHashCode(), arms)));

    public Task StopAsync() => _server.StopAsync(CancellationToken.None);

    public Task<string> MetricsAsync() => Admin.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    /// <summary>The value of one series, found by name and the labels that are given.</summary>
    public async Task<double?> MetricAsync(string name, params string[] labels)
    {
        var lines = (await MetricsAsync()).Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal));
        var line = lines.SingleOrDefault(line => labels.All(label => line.Contains(label, StringComparison.Ordinal)));
        return line is null ? null : double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until a condition holds; counters are written after the response has reached the client.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(120), "did not happen within 120 s");
            await Task.Delay(25);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Admin.Dispose();
        await _server.DisposeAsync();
    }
}
