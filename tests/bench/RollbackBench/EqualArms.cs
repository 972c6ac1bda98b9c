using ModelOperator.Analysis;

namespace ModelOperator.RollbackBench;

/// <summary>
/// A/A: pairs of equal arms, judged at every look. A winner is one that the test declares in either direction, each at half of alpha; the interval of the ratio of
/// the rates at a look holds every ratio that neither direction rejects, so it covers 1 while there is no winner.
/// </summary>
/// <param name="pairs">Pairs per cell.</param>
internal sealed class EqualArms(int pairs)
{
    /// <summary>Greatest share of false winners over all looks.</summary>
    public const double Alpha = 0.05;

    /// <summary>What came of one cell.</summary>
    /// <param name="requests">Requests of either arm between two looks.</param>
    /// <param name="rate">Error rate of both.</param>
    /// <returns>Share of pairs with a false winner at any look, and share whose interval for one look (Newcombe's) covers 0 at the last.</returns>
    public (double FalseWinners, double OneLookCovers) Play(int requests, double rate)
    {
        var (winners, covers) = (0, 0);
        Parallel.For(0, pairs, i =>
        {
            var stream = Stream.Draw(new Random(unchecked((requests * 1_000_003) + (int)(rate * 10_000) + (i * 7919))), new(requests, 50), rate, rate, Simulation.Windows);
            if (HasWinner(stream))
                Interlocked.Increment(ref winners);
            var (first, second) = (Arm(stream.Errors, requests, Simulation.Windows), Arm(stream.StableErrors, requests, Simulation.Windows));
            if (NewcombeInterval.Of(first, second, 1 - Alpha) is { Low: <= 0, High: >= 0 })
                Interlocked.Increment(ref covers);
        });
        return (winners / (double)pairs, covers / (double)pairs);
    }

    private static bool HasWinner(Stream stream)
    {
        var test = new SequentialBinomial(Alpha / 2, 0, 0);
        for (var look = 1; look <= stream.Errors.Length; look++)
        {
            var (first, second) = (Arm(stream.Errors, stream.Requests, look), Arm(stream.StableErrors, stream.StableRequests, look));
            if (Math.Max(test.LogEvidence(first, second), test.LogEvidence(second, first)) >= -Math.Log(test.Alpha))
                return true;
        }

        return false;
    }

    private static BinomialArm Arm(int[] errors, int requests, int looks) => new(looks * (double)requests, errors.Take(looks).Sum());
}
