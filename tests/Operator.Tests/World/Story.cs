using ModelOperator.Operator.Tests.Scenarios;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Plays a story from beginning to end, with an operator that dies on the way and another that takes its place.</summary>
internal static class Story
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(6);

    /// <summary>How long an end state that differs from the wanted one may still change: what no scenario waits for is on its way on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    /// <summary>Plays it.</summary>
    /// <param name="world">World.</param>
    /// <param name="scenario">Story.</param>
    /// <param name="cut">Where the first operator dies; nowhere when null.</param>
    /// <param name="wanted">The end state that is waited for; null for the one that comes.</param>
    /// <param name="seconds">Patience with each part of the story.</param>
    internal static async Task<Outcome> PlayAsync(ToyWorld world, IScenario scenario, Cut? cut, string? wanted = null, double seconds = 180)
    {
        var pods = new PodCensus(world);
        await scenario.BeginAsync(world);
        await using var first = await OperatorInstance.StartAsync(world, cut);
        await world.UntilAsync(async () => first.Wire.CutOff.IsCompleted ? null : await scenario.MissingAsync(world), seconds);
        if (!first.Wire.CutOff.IsCompleted)
            await world.QuietAsync(first, Settled);
        if (!first.Wire.CutOff.IsCompleted && await EndAsync(world, pods, wanted, first.Wire.CutOff) is var end && !first.Wire.CutOff.IsCompleted)
            return new(end, first.Wire.Counted, WasCut: false);
        await first.KillAsync();
        await using var second = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(() => scenario.MissingAsync(world), seconds);
        await world.QuietAsync(second, Settled);
        return new(await EndAsync(world, pods, wanted, null), first.Wire.Counted, WasCut: true);
    }

    private static async Task<string> EndAsync(ToyWorld world, PodCensus pods, string? wanted, Task? cutOff)
    {
        var state = await EndStateAsync(world, wanted, cutOff);
        if (cutOff is not { IsCompleted: true })
            await Invariants.CheckAsync(world, pods);
        return state;
    }

    /// <summary>The wanted end state as soon as it is there, or another one that stays.</summary>
    internal static async Task<string> EndStateAsync(ToyWorld world, string? wanted, Task? cutOff = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        var state = await EndState.OfAsync(world);
        while (wanted is not null && state != wanted && cutOff is not { IsCompleted: true } && TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
            state = await EndState.OfAsync(world);
        }

        return state;
    }
}
