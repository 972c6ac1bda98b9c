using System.Collections.Concurrent;
using System.Globalization;
using ModelOperator.Tests.Following;

namespace ModelOperator.Server.Tests;

/// <summary>The whole way: an alias moves in the cluster, its version is fetched from the store, and the server goes over to it.</summary>
public sealed class AliasMoveTests(TwoModels models) : IClassFixture<TwoModels>
{
    private const int Versions = 5;

    [Fact]
    public async Task An_alias_that_moves_redeploys_without_a_lost_request()
    {
        await using var world = await FollowWorld.StartAsync();
        for (var number = 1; number <= Versions; number++)
        {
            // The same bytes again under another number are another version.
            var files = Directory.EnumerateFiles(models.Directories[number % 2]).Select(static path => (Path.GetFileName(path), File.ReadAllBytes(path)));
            await world.PublishAsync("toys", $"toys-{number}", files);
        }

        world.Move("toys", "champion", "toys-1");
        using var stop = new CancellationTokenSource();
        var follower = world.FollowAsync("toys@champion", stop.Token);
        await using var server = await FollowingServer.StartInAsync(world.Root, "toys");
        await server.ServesAsync("toys-1");
        var faults = new ConcurrentQueue<string>();
        var served = new ConcurrentDictionary<string, int>();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskAsync(server, faults, served, stop.Token))).ToList();
        for (var number = 2; number <= Versions; number++)
        {
            world.Move("toys", "champion", $"toys-{number}");
            await server.ServesAsync($"toys-{number}");
        }

        // Back, as after a regret.
        world.Move("toys", "champion", $"toys-{Versions - 1}");
        await server.ServesAsync($"toys-{Versions - 1}");
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Equal(0, await follower);
        Assert.Empty(faults);
        Assert.Equal(Versions, served.Count);
    }

    private async Task AskAsync(FollowingServer server, ConcurrentQueue<string> faults, ConcurrentDictionary<string, int> served, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var (status, body, version) = await server.PostAsync("/predict", TwoModels.Row);
                if (status != 200 || body.GetProperty("prediction").GetSingle() != models.Predictions[int.Parse(version!.AsSpan("toys-".Length), CultureInfo.InvariantCulture) % 2])
                    faults.Enqueue($"{status} of {version}: {body.GetRawText()}");
                else
                    served.AddOrUpdate(version!, 1, static (_, count) => count + 1);
            }
            catch (HttpRequestException failure)
            {
                faults.Enqueue(failure.ToString());
            }
        }
    }
}
