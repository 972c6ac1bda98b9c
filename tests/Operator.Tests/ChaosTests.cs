using System.Globalization;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using Xunit.Abstractions;

namespace ModelOperator.Operator.Tests;

/// <summary>Kills at random times, by seed, while a run trains and a canary goes its way.</summary>
/// <param name="output">Where the numbers go.</param>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Kills = 30;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Thirty_kills_at_random_times_change_nothing(int seed)
    {
        var calm = await CalmAsync();
        // Slower than elsewhere, so that the stories last for as many kills as possible.
        await using var world = await ToyWorld.FakeAsync(speed: 3);
        var pods = new PodCensus(world);
        var scenario = Stories();
        await scenario.BeginAsync(world);
        var random = new Random(seed);
        var (kills, onTheWay) = (0, 0);
        for (; kills < Kills; kills++)
        {
            await using var victim = await OperatorInstance.StartAsync(world);
            await LiveAsync(victim, TimeSpan.FromMilliseconds(10 + random.Next(150)), 1 + random.Next(3));
            onTheWay += await scenario.MissingAsync(world) is null ? 0 : 1;
            await victim.KillAsync();
        }

        await using var last = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(() => scenario.MissingAsync(world));
        await world.QuietAsync(last, TimeSpan.FromSeconds(6));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kills} kills, {onTheWay} of them before the end"));
        await Invariants.CheckAsync(world, pods);
        Assert.Equal(calm, await Story.EndStateAsync(world, calm));
        Assert.True(onTheWay >= 10, $"only {onTheWay} kills fell before the end: the test proves too little");
    }

    /// <summary>Until its time is over, or it has written so often: however slow the machine is, no victim comes to the end of the stories.</summary>
    private static async Task LiveAsync(OperatorInstance victim, TimeSpan time, int writes)
    {
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < time && victim.Wire.Writes.Count < writes;)
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
    }

    private static async Task<string> CalmAsync()
    {
        await using var world = await ToyWorld.FakeAsync();
        return (await Story.PlayAsync(world, Stories(), null)).State;
    }

    private static BothScenario Stories() => new(new RunScenario(), new CanaryScenario(good: true));
}
