using System.Globalization;
using System.Text.RegularExpressions;
using ModelOperator.Torch;
using ModelOperator.XGBoost;

namespace ModelOperator.Server.Tests;

/// <summary>What libxgboost holds for the process comes back to where it was, whatever is loaded, replaced, refused and unloaded.</summary>
[Collection(AloneGroup.Name)]
public sealed class NativeHandlesTests(TwoModels models) : IClassFixture<TwoModels>
{
    private const string Series = """modelop_server_native_handles{kind="booster"}""";

    // What tests before these left to the collector.
    private readonly int _before = Settled();

    [Fact]
    public async Task Reloads_and_refusals_leave_no_booster_behind()
    {
        await using (var server = await FollowingServer.StartAsync("toys"))
        {
            await SwitchAsync(server, 1);
            // One for each processor.
            var pool = Math.Clamp(Environment.ProcessorCount, 1, 64);
            await HoldsAsync(server, _before + pool);
            for (var number = 2; number <= 9; number++)
            {
                await SwitchAsync(server, number);
                await HoldsAsync(server, _before + (number % 2 == 0 ? 0 : pool));
            }

            server.Put("toys", "toys-10", models.Directories[1]);
            var file = Path.Combine(server.Folder("toys", "toys-10"), "model", "model.json");
            var text = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(file, Regex.Replace(text, "\"prediction\": ?[-0-9.eE]+", "\"prediction\": 1e6"));
            await server.LinkAsync("toys", "toys-10");
            await server.UntilAsync("/health", static body => body.TryGetProperty("refused", out _));
            await HoldsAsync(server, _before + pool);
            Assert.Equal(0, await server.MetricAsync("""modelop_server_native_handles{kind="matrix"}"""));
        }

        Assert.Equal((_before, 0), (XGBoostLibrary.Boosters, XGBoostLibrary.Matrices));
    }

    [Fact]
    public void A_network_on_a_device_is_given_back()
    {
        var before = TorchLibrary.Networks;
        using (new Scorer([new(1, 1, new float[] { 2 }, new float[] { 1 }, Half: false)], cuda: false, threads: 1))
            Assert.Equal(before + 1, TorchLibrary.Networks);
        Assert.Equal(before, TorchLibrary.Networks);
    }

    private async Task SwitchAsync(FollowingServer server, int number)
    {
        server.Put("toys", $"toys-{number}", models.Directories[number % 2]);
        await server.LinkAsync("toys", $"toys-{number}");
        await server.ServesAsync($"toys-{number}");
    }

    // The version before is given back when the last request that began on it is done with it.
    private static async Task HoldsAsync(FollowingServer server, int boosters)
    {
        double? held = null;
        for (var began = TimeProvider.System.GetTimestamp(); (held = await server.MetricAsync(Series)) != boosters; await Task.Delay(5))
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, string.Create(CultureInfo.InvariantCulture, $"{held} boosters, not {boosters}"));
    }

    private static int Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return XGBoostLibrary.Boosters;
    }
}
