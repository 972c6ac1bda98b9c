using System.Net;
using Microsoft.AspNetCore.Http;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Tests.Support;
using ModelOperator.Gateway.Traffic;

namespace ModelOperator.Gateway.Tests;

/// <summary>Pools by socket thread. Which thread the runtime chooses for a connection is told by the test.</summary>
public sealed class UpstreamClientTests
{
    [Fact]
    public async Task A_connection_of_another_lane_is_replaced_and_each_lane_keeps_its_own()
    {
        await using var arm = await Upstream.StartAsync(static context => context.Response.WriteAsync($"{context.Connection.RemotePort}"));
        using World world = new(lanes: 2);
        world.Chosen(1, 2, 1);
        var first = await world.AskAsync(arm, lane: 2);
        Assert.Equal(1, world.Left);
        Assert.Equal(first, await world.AskAsync(arm, lane: 2));
        Assert.NotEqual(first, await world.AskAsync(arm, lane: 1));
        Assert.Equal(0, world.Left);
    }

    [Fact]
    public async Task After_eight_connections_of_other_lanes_the_next_best_is_used()
    {
        await using var arm = await Upstream.SayingAsync("served");
        using World world = new(lanes: 2);
        world.Chosen(1, 1, 1, 1, 1, 1, 1, 1, 1);
        Assert.Equal("served", await world.AskAsync(arm, lane: 2));
        Assert.Equal(1, world.Left);
    }

    [Fact]
    public async Task A_thread_that_is_in_no_lane_takes_any_connection()
    {
        await using var arm = await Upstream.SayingAsync("served");
        using World world = new(lanes: 2);
        Assert.Equal("served", await world.AskAsync(arm, lane: 0));
        Assert.Equal("served", await world.AskAsync(arm, lane: 3));
    }

    [Theory]
    [InlineData(0, 2, 0)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 3, 0)]
    public void Threads_beyond_the_lanes_are_in_none(int lanes, int thread, int lane) => Assert.Equal(lane, new SocketLanes(lanes, () => thread).Current);

    private sealed class World : IDisposable
    {
        private readonly Queue<int> chosen = [];
        private readonly UpstreamClient client;
        private bool connecting;
        private int caller;

        public World(int lanes) => client = new(new(), new SocketLanes(lanes, Lane), TimeProvider.System);

        /// <summary>Threads that the runtime has yet to choose.</summary>
        public int Left => chosen.Count;

        public void Chosen(params int[] threads) => Array.ForEach(threads, chosen.Enqueue);

        public async Task<string> AskAsync(Upstream arm, int lane)
        {
            caller = lane;
            connecting = false;
            var invoker = client.Invoker;
            connecting = true;
            using HttpRequestMessage request = new(HttpMethod.Get, arm.Url);
            using var response = await invoker.SendAsync(request, CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync();
        }

        public void Dispose() => client.Dispose();

        private int Lane() => connecting ? chosen.Dequeue() : caller;
    }
}
