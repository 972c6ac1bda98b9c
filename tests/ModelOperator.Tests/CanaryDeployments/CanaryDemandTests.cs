using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Waiting upon the gateways of canaries that are scaled to zero.</summary>
public sealed class CanaryDemandTests : IGatewayReader
{
    private static readonly NamespacedName Prices = new("shop", "prices");

    private readonly ConcurrentDictionary<string, TaskCompletionSource<bool>> asked = new(StringComparer.Ordinal);

    public Task<GatewayReport> ReadAsync(string pod, string address, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> WaitForDemandAsync(string address, CancellationToken cancellationToken)
    {
        TaskCompletionSource<bool> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        return (asked[address] = answer).Task;
    }

    [Fact]
    public async Task A_request_at_any_gateway_wakes_the_canary_and_one_that_is_awake_is_not_waited_upon()
    {
        using CanaryDemand demand = new(this, TimeProvider.System);
        TaskCompletionSource<NamespacedName> woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        demand.Changed.Subscribe(key => woken.TrySetResult(key));
        demand.Watch(Prices, ["10.0.0.1", "10.0.0.2"]);
        var (first, second) = (asked["10.0.0.1"], asked["10.0.0.2"]);
        // The same again is no new question.
        demand.Watch(Prices, ["10.0.0.1", "10.0.0.2"]);
        Assert.Same(first, asked["10.0.0.1"]);
        second.SetResult(true);
        Assert.Equal(Prices, await woken.Task);
        demand.Watch(Prices, ["10.0.0.1", "10.0.0.3"]);
        Assert.True(first.Task.IsCanceled);
        Assert.NotSame(first, asked["10.0.0.1"]);
        demand.Watch(Prices, []);
        Assert.True(asked["10.0.0.1"].Task.IsCanceled && asked["10.0.0.3"].Task.IsCanceled);
    }

    [Theory]
    [InlineData("""{"revision":"r","load":{"requests":7,"busySeconds":1.5,"inFlight":2,"held":1,"idleSeconds":0}}""", true)]
    [InlineData("""{"revision":"r","load":{"requests":7,"busySeconds":1.5,"inFlight":0,"held":0,"idleSeconds":3.5}}""", false)]
    [InlineData("""{"revision":"r","load":{"requests":7,"busySeconds":1.5,"inFlight":"many","held":1,"idleSeconds":3.5}}""", null)]
    [InlineData("""{"revision":"r","load":{"requests":-7,"busySeconds":1.5,"inFlight":0,"held":1,"idleSeconds":3.5}}""", null)]
    [InlineData("""{"revision":"r","load":[]}""", null)]
    [InlineData("""{"revision":"r"}""", null)]
    public async Task A_load_is_read_whole_or_is_not_known(string body, bool? held)
    {
        List<string?> asked = [];
        await using var app = await HttpReaderTests.ServeAsync(
            context =>
            {
                asked.Add(context.Request.QueryString.Value);
                return context.Response.WriteAsync(body);
            });
        // A gateway's port is fixed; here it is any that is free.
        using HttpClient http = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, new Uri(HttpReaderTests.Address(app)).Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var reader = new HttpGatewayReader(http, TimeSpan.FromSeconds(120));
        var load = (await reader.ReadAsync("g", "10.0.0.1", CancellationToken.None)).Load;
        Assert.Equal(held, load is null ? null : load.Held > 0);
        Assert.True(load is null or { Requests: 7, BusySeconds: 1.5 });
        Assert.Equal(held ?? false, await reader.WaitForDemandAsync("10.0.0.1", CancellationToken.None));
        Assert.Equal(["", "?waitFor=demand"], asked);
    }

    [Fact]
    public async Task A_gateway_that_is_away_is_no_demand()
    {
        using HttpClient http = new(new SocketsHttpHandler { ConnectCallback = static (_, _) => throw new SocketException((int)SocketError.ConnectionRefused) });
        Assert.False(await new HttpGatewayReader(http).WaitForDemandAsync("10.0.0.1", CancellationToken.None));
    }
}
