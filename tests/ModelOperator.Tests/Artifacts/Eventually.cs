using ModelOperator.Fakes;

namespace ModelOperator.Tests.Artifacts;

/// <summary>Waits for what another process or thread is about to do, within a bound.</summary>
public static class Eventually
{
    private const int Seconds = 120;

    public static Task TrueAsync(Func<bool> holds, int seconds = Seconds) => TrueAsync(() => Task.FromResult(holds()), seconds);

    public static async Task TrueAsync(Func<Task<bool>> holds, int seconds = Seconds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < seconds, $"it did not become true within {seconds} s");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until whoever writes to a server has come to rest: a whole while without a write that counts.</summary>
    public static Task SilentAsync(FakeApiServer server, TimeSpan whole, Func<FakeRequest, bool> counts) => TrueAsync(async () =>
    {
        server.ClearRequests();
        await Task.Delay(whole);
        return !server.Writes.Any(counts);
    });
}
