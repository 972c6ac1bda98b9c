using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Server.Hosting;

namespace ModelOperator.Server.Tests;

public sealed class ConnectionBlocksTests
{
    [Fact]
    public void Blocks_are_large_stay_where_they_are_and_the_last_one_back_is_the_next()
    {
        using var pool = new ConnectionBlocks();
        var (first, second) = (pool.Rent(), pool.Rent(1));
        Assert.Equal((ConnectionBlocks.BlockBytes, ConnectionBlocks.BlockBytes), (first.Memory.Length, second.Memory.Length));
        Assert.NotSame(first, second);
        second.Dispose();
        first.Dispose();
        Assert.Same(first, pool.Rent(ConnectionBlocks.BlockBytes));
        Assert.Same(second, pool.Rent());
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(ConnectionBlocks.BlockBytes + 1));
    }

    [Fact]
    public void A_burst_s_blocks_are_not_kept()
    {
        using var pool = new ConnectionBlocks();
        var burst = Enumerable.Range(0, ConnectionBlocks.MostKept + 10).Select(_ => pool.Rent()).ToList();
        foreach (var block in burst)
            block.Dispose();
        var known = burst.ToHashSet();
        var again = Enumerable.Range(0, burst.Count).Select(_ => pool.Rent()).ToList();
        Assert.Equal(ConnectionBlocks.MostKept, again.Count(known.Contains));
    }

    [Fact]
    public void What_comes_back_after_the_end_is_left_alone()
    {
        var pool = new ConnectionBlocks();
        var late = pool.Rent();
        pool.Dispose();
        late.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Rent());
    }

    [Fact]
    public void Threads_never_share_a_block()
    {
        using var pool = new ConnectionBlocks();
        Parallel.For(0, 2_000, i =>
        {
            using var block = pool.Rent();
            block.Memory.Span.Fill((byte)i);
            Thread.Yield();
            Assert.False(block.Memory.Span.ContainsAnyExcept((byte)i));
        });
    }

    [Fact]
    public async Task Connections_are_given_these_blocks()
    {
        await using var server = await ServerHarness.StartAsync(("ROUNDS", "2"));
        using var pool = server.Services.GetRequiredService<IMemoryPoolFactory<byte>>().Create();
        Assert.IsType<ConnectionBlocks>(pool);
    }
}
