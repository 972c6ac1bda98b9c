using System.Collections.Concurrent;
using ModelOperator.Fakes;
using ModelOperator.Operator.Tests.Scenarios;
using Xunit.Abstractions;

namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// The operator dies at its k-th write, before the write or before its answer, and another one takes over: for every k the end is the
/// same as without a death.
/// </summary>
internal static class DeathAtEveryWrite
{
    /// <summary>An operator that is cut may need a write more or less than the uncut one; so many more k are tried.</summary>
    private const int Beyond = 4;

    /// <summary>Worlds at once: on the fake server they cost time of the processor, on a real one they also wait.</summary>
    private static readonly int Fakes = Math.Min(8, 2 * Environment.ProcessorCount);
    private static readonly int Reals = Math.Min(16, 6 * Environment.ProcessorCount);

    internal static Task ChangesNothingAsync(Func<IScenario> scenario, ITestOutputHelper output) => PlayAsync(() => ToyWorld.FakeAsync(), Fakes, scenario, output);

    internal static Task ChangesNothingOnARealServerAsync(Func<IScenario> scenario, ITestOutputHelper output) =>
        PlayAsync(() => ToyWorld.RealAsync(speed: 5), Reals, scenario, output);

    private static async Task PlayAsync(Func<Task<ToyWorld>> world, int atOnce, Func<IScenario> scenario, ITestOutputHelper output)
    {
        var began = TimeProvider.System.GetTimestamp();
        var uncut = await OnceAsync(world, scenario, null, null);
        var cuts = Enumerable.Range(1, uncut.Writes + Beyond).SelectMany(static k => new[] { new Cut(k, KillPoint.BeforeWrite), new Cut(k, KillPoint.BeforeReply) });
        var (died, different) = (0, new ConcurrentQueue<string>());
        await Parallel.ForEachAsync(cuts, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (cut, _) =>
        {
            try
            {
                var outcome = await OnceAsync(world, scenario, cut, uncut.State);
                if (outcome.WasCut)
                    Interlocked.Increment(ref died);
                if (outcome.State != uncut.State)
                    different.Enqueue($"{cut}: {Difference(uncut.State, outcome.State)}");
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                different.Enqueue($"{cut}: {failure.Message}");
            }
        });
        output.WriteLine($"{uncut.Writes} writes without a death; {died} deaths of {2 * (uncut.Writes + Beyond)} tried in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        Assert.True(different.IsEmpty, string.Join("\n", different.Order(StringComparer.Ordinal).Take(10)));
        // An operator that was held up merges writes, and then has fewer than the uncut one: how many is the machine's business.
        Assert.True(died >= uncut.Writes, $"only {died} of {2 * uncut.Writes} cuts were reached");
    }

    private static async Task<Outcome> OnceAsync(Func<Task<ToyWorld>> make, Func<IScenario> scenario, Cut? cut, string? wanted)
    {
        await using var world = await make();
        return await Story.PlayAsync(world, scenario(), cut, wanted);
    }

    private static string Difference(string wanted, string actual)
    {
        var (left, right) = (wanted.Split('\n'), actual.Split('\n'));
        var lines = left.Except(right).Zip(right.Except(left).Concat(Enumerable.Repeat("(nothing)", 99))).Select(static p => Around(p.First, p.Second)).ToList();
        return lines.Count > 0 ? string.Join(" | ", lines) : $"more: {string.Join(" | ", right.Except(left))}";
    }

    private static string Around(string left, string right)
    {
        var at = left.Zip(right).TakeWhile(static p => p.First == p.Second).Count();
        string Part(string text) => text[Math.Max(0, at - 120)..Math.Min(text.Length, at + 200)];
        return $"{left.Split('"')[0]} …{Part(left)}… became …{Part(right)}…";
    }
}
