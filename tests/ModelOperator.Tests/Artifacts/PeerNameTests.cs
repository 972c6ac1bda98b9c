using ModelOperator.Artifacts;
using ModelOperator.Fakes;

namespace ModelOperator.Tests.Artifacts;

public sealed class PeerNameTests
{
    [Fact]
    public async Task A_rank_waits_until_the_name_of_rank_0_resolves()
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        var waiting = PeerName.AwaitAsync("run-1-0.run-ranks", (_, _) => Task.FromResult(++asked == 4), Host(time), CancellationToken.None);
        await PassAsync(time, waiting, TimeSpan.FromSeconds(1));
        Assert.True(await waiting);
        Assert.Equal(4, asked);
    }

    [Fact]
    public async Task A_name_that_never_comes_does_not_keep_the_trainer_for_ever()
    {
        var time = new FakeTimeProvider();
        var output = new StringWriter();
        var waiting = PeerName.AwaitAsync("run-1-0.run-ranks", (_, _) => Task.FromResult(false), Host(time, output), CancellationToken.None);
        await PassAsync(time, waiting, TimeSpan.FromMinutes(1));
        Assert.False(await waiting);
        Assert.Contains("run-1-0.run-ranks does not resolve after 10 minutes", output.ToString(), StringComparison.Ordinal);
    }

    private static TransferHost Host(TimeProvider time, TextWriter? output = null) => new("fetch", _ => null, time, output ?? TextWriter.Null, TextWriter.Null);

    private static async Task PassAsync(FakeTimeProvider time, Task waiting, TimeSpan step)
    {
        await Eventually.TrueAsync(() =>
        {
            // The clock goes on only while it is waited for.
            if (time.Armed > 0)
                time.Advance(step);
            return waiting.IsCompleted;
        });
    }
}
