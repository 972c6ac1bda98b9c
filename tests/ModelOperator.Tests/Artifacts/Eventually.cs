namespace ModelOperator.Tests.Artifacts;

/// <summary>Waits for what another process or thread is about to do, within a bound.</summary>
public static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> holds, int seconds = 20)
    {
        var end = DateTimeOffset.UtcNow.AddSeconds(seconds);
        while (!await holds())
        {
            Assert.True(DateTimeOffset.UtcNow < end, $"it did not become true within {seconds} s");
            await Task.Delay(20);
        }
    }
}
