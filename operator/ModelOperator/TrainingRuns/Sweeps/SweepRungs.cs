namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>Arithmetic of successive halving. Pure.</summary>
public static class SweepRungs
{
    /// <summary>Resource of each rung: the minimum, times the factor each rung, the maximum last.</summary>
    public static IReadOnlyList<long> Resources(SweepHalving halving)
    {
        List<long> rungs = [halving.Minimum];
        while (rungs[^1] <= halving.Maximum / halving.Factor)
            rungs.Add(rungs[^1] * halving.Factor);
        if (rungs.Count > 1)
            rungs[^1] = halving.Maximum;
        return rungs;
    }

    /// <summary>Trials of each rung: as many to begin with as keep the sum within the trials allowed.</summary>
    public static IReadOnlyList<int> Sizes(SweepHalving halving, int trials)
    {
        var rungs = Resources(halving).Count;
        for (var first = trials; first > 1; first--)
        {
            var sizes = Sizes(first, halving.Factor, rungs);
            if (sizes.Sum() <= trials)
                return sizes;
        }

        return Sizes(1, halving.Factor, rungs);
    }

    /// <summary>Least number of trials with which each rung cuts: one is left for the last.</summary>
    public static long Least(SweepHalving halving)
    {
        long sum = 0;
        long size = 1;
        for (var rung = Resources(halving).Count; rung > 0; rung--, size *= halving.Factor)
            sum = Math.Min(sum + size, int.MaxValue);
        return sum;
    }

    /// <summary>How many times the time of one whole trial a sweep needs: its trials, so many at once as it allows; those of a rung need their part of the resource.</summary>
    public static double Rounds(TrainingSweep sweep)
    {
        if (sweep is not { Algorithm: SweepAlgorithm.SuccessiveHalving, Halving: { } halving })
            return Math.Ceiling((double)SweepSchedule.Of(sweep, []).Total / sweep.Parallelism);
        return Resources(halving).Zip(Sizes(halving, sweep.Trials ?? 1), (resource, size) => Math.Ceiling((double)size / sweep.Parallelism) * resource / halving.Maximum).Sum();
    }

    /// <summary>Trials of each rung when the first has so many.</summary>
    internal static IReadOnlyList<int> Sizes(int first, int factor, int rungs)
    {
        List<int> sizes = [first];
        while (sizes.Count < rungs)
            sizes.Add(Math.Max(1, sizes[^1] / factor));
        return sizes;
    }
}
