using ModelOperator.Operator.Tests.Scenarios;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Plays a story from beginning to end, with an operator that dies on the way and another that takes its place.</summary>
internal static class Story
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(6);

    internal static async Task<Outcome> PlayAsync(ToyWorld world, IScenario scenario, Cut? cut, double seconds = 60)
    {
        var pods = new PodCensus(world);
        await scenario.BeginAsync(world);
        await using var first = await OperatorInstance.StartAsync(world, cut);
        var ended = false;
        await world.UntilAsync(
            async () =>
            {
                var missing = first.Wire.CutOff.IsCompleted ? null : await scenario.MissingAsync(world);
                ended = missing is null;
                return missing;
            },
            seconds);
        if (ended && !first.Wire.CutOff.IsCompleted)
            await world.QuietAsync(first, Settled);
        if (!first.Wire.CutOff.IsCompleted)
            return new(await EndAsync(world, pods), first.Wire.Counted, WasCut: false);
        await first.KillAsync();
        await using var second = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(() => scenario.MissingAsync(world), seconds);
        await world.QuietAsync(second, Settled);
        return new(await EndAsync(world, pods), first.Wire.Counted, WasCut: true);
    }

    private static async Task<string> EndAsync(ToyWorld world, PodCensus pods)
    {
        await Invariants.CheckAsync(world, pods);
        return await EndState.OfAsync(world);
    }
}
