using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Gateway.Sources;
using ModelOperator.Gateway.Tests.Support;
using ModelOperator.Kubernetes;

namespace ModelOperator.Gateway.Tests;

public sealed class SourceTests
{
    [Fact]
    public async Task A_config_map_is_followed_through_changes_deletion_and_creation()
    {
        await using var api = await ConfigMapApi.StartAsync();
        await using Reading reading = new(api);
        Assert.Equal("ConfigMap shop/prices-routes does not exist", (await reading.NextAsync(text => text.Problem is not null)).Problem);
        await TestGateway.EventuallyAsync(() => Task.FromResult(api.Watches == 1));
        api.Write("one");
        await reading.NextAsync(text => text.Json == "one");
        api.Write("two");
        await reading.NextAsync(text => text.Json == "two");
        api.Write("x", key: "other.json");
        Assert.Equal("ConfigMap shop/prices-routes has no key routes.json", (await reading.NextAsync(text => text.Problem is not null)).Problem);
        api.Write(null);
        Assert.Equal("ConfigMap shop/prices-routes does not exist", (await reading.NextAsync(text => text.Problem is not null)).Problem);
        api.Write("three");
        await reading.NextAsync(text => text.Json == "three");
    }

    [Fact]
    public async Task Only_get_and_watch_of_the_one_name_are_asked_for()
    {
        await using var api = await ConfigMapApi.StartAsync();
        api.Write("one");
        await using Reading reading = new(api);
        await reading.NextAsync(text => text.Json == "one");
        await TestGateway.EventuallyAsync(() => Task.FromResult(api.Watches == 1));
        Assert.Equal("GET /api/v1/namespaces/shop/configmaps/prices-routes", api.Requests[0]);
        Assert.StartsWith("GET /api/v1/namespaces/shop/configmaps?", api.Requests[1], StringComparison.Ordinal);
        Assert.Contains("fieldSelector=metadata.name=prices-routes", api.Requests[1], StringComparison.Ordinal);
        Assert.DoesNotContain("resourceVersion=", api.Requests[1], StringComparison.Ordinal);
        Assert.Equal(2, api.Requests.Count);
    }

    [Fact]
    public async Task A_change_during_a_cut_watch_is_found_again()
    {
        await using var api = await ConfigMapApi.StartAsync();
        api.Write("one");
        await using Reading reading = new(api);
        await reading.NextAsync(text => text.Json == "one");
        await TestGateway.EventuallyAsync(() => Task.FromResult(api.Watches == 1));
        api.Write("missed", silent: true);
        api.CutWatches();
        await reading.NextAsync(text => text.Json == "missed");
    }

    [Fact]
    public async Task An_api_server_that_is_down_yields_nothing_and_the_source_comes_back_with_it()
    {
        await using var api = await ConfigMapApi.StartAsync();
        api.Write("one");
        await using Reading reading = new(api);
        await reading.NextAsync(text => text.Json == "one");
        await TestGateway.EventuallyAsync(() => Task.FromResult(api.Watches == 1));
        api.SetDown(true);
        var asked = api.Requests.Count;
        await TestGateway.EventuallyAsync(() => Task.FromResult(api.Requests.Count > asked));
        Assert.Equal(0, reading.Problems);
        api.Write("two");
        api.SetDown(false);
        await reading.NextAsync(text => text.Json == "two");
        Assert.Equal(0, reading.Problems);
    }

    [Fact]
    public async Task A_file_is_read_again_when_it_changes_and_says_when_it_cannot_be_read()
    {
        var path = Path.Combine(Path.GetTempPath(), $"routes-{Environment.ProcessId}-{nameof(SourceTests)}.json");
        await File.WriteAllTextAsync(path, "one");
        try
        {
            await using var texts = new FileRouteTableSource(path, TimeProvider.System).ReadAsync(CancellationToken.None).GetAsyncEnumerator();
            Assert.True(await texts.MoveNextAsync());
            Assert.Equal("one", texts.Current.Json);
            var next = texts.MoveNextAsync().AsTask();
            // In one step, as whoever cares writes it: between truncation and writing the file is empty.
            await File.WriteAllTextAsync(path + ".next", "two");
            File.Move(path + ".next", path, overwrite: true);
            Assert.True(await next);
            Assert.Equal("two", texts.Current.Json);
            next = texts.MoveNextAsync().AsTask();
            File.Delete(path);
            Assert.True(await next);
            Assert.StartsWith("cannot read", texts.Current.Problem, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
            File.Delete(path + ".next");
        }
    }

    [Fact]
    public async Task A_gateway_without_an_api_server_keeps_serving_its_last_table()
    {
        await using var api = await ConfigMapApi.StartAsync();
        await using var stable = await Upstream.SayingAsync("served");
        api.Write(TestGateway.Table("one", ("stable", "p-1", stable.Url, 100)));
        using var client = ClientOf(api);
        await using var gateway = await Hosting.GatewayServer.StartAsync(
            new() { Port = 0, AdminPort = 0, DrainDelay = TimeSpan.Zero }, SourceOf(client), NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);
        using HttpClient http = new() { BaseAddress = gateway.TrafficAddress };
        await TestGateway.EventuallyAsync(() => Task.FromResult(gateway.Routes.Current is not null));
        api.SetDown(true);
        Assert.Equal("served", await http.GetStringAsync(new Uri("/", UriKind.Relative)));
        var update = JsonNode.Parse(TestGateway.Table("two", ("stable", "p-2", stable.Url, 100)))!.ToJsonString();
        api.Write(update);
        api.SetDown(false);
        await TestGateway.EventuallyAsync(() => Task.FromResult(gateway.Routes.Current!.Revision == "two"));
        Assert.Equal("served", await http.GetStringAsync(new Uri("/", UriKind.Relative)));
    }

    private static KubernetesClient ClientOf(ConfigMapApi api) =>
        new(KubernetesClientConfiguration.ForHost(api.Host), new() { MaxRetries = 0 }, TimeProvider.System, new Random(1));

    private static ConfigMapRouteTableSource SourceOf(IKubernetesClient client) =>
        new(client, "shop", "prices-routes", TimeProvider.System, NullLogger<ConfigMapRouteTableSource>.Instance);

    /// <summary>Reads a source in the background of a test, as the gateway does.</summary>
    private sealed class Reading : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Channel<RouteTableText> _texts = Channel.CreateUnbounded<RouteTableText>();
        private readonly KubernetesClient _client;
        private readonly Task _pump;

        public Reading(ConfigMapApi api)
        {
            _client = ClientOf(api);
            _pump = PumpAsync();
        }

        public int Problems { get; private set; }

        public async Task<RouteTableText> NextAsync(Func<RouteTableText, bool> wanted)
        {
            while (true)
            {
                var text = await _texts.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(120));
                Problems += text.Problem is null ? 0 : 1;
                if (wanted(text))
                    return text;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _pump);
            _client.Dispose();
            _stop.Dispose();
        }

        private async Task PumpAsync()
        {
            await foreach (var text in SourceOf(_client).ReadAsync(_stop.Token))
                _texts.Writer.TryWrite(text);
        }
    }
}
