namespace ModelOperator.Server.Drift;

/// <summary>How far live values are from those of the training.</summary>
internal static class DriftStatistics
{
    /// <summary>The least share of a bin: an empty one is no infinity. The same in the operator's query.</summary>
    internal const double LeastShare = 0.0001;

    /// <summary>Shares of counts; all 0 when there are none.</summary>
    internal static double[] Shares(ReadOnlySpan<long> counts)
    {
        long total = 0;
        foreach (var count in counts)
            total += count;
        var shares = new double[counts.Length];
        for (var i = 0; i < shares.Length && total > 0; i++)
            shares[i] = counts[i] / (double)total;
        return shares;
    }

    /// <summary>
    /// The population stability index, sum of (p - q) ln(p / q): below 0.1 is little, above 0.25 much (N. Siddiqi, "Credit Risk Scorecards", 2006). Chance alone
    /// gives about (bins - 1) / rows.
    /// </summary>
    internal static double StabilityIndex(ReadOnlySpan<double> live, ReadOnlySpan<double> training)
    {
        var index = 0.0;
        for (var i = 0; i < live.Length; i++)
        {
            var (p, q) = (Math.Max(live[i], LeastShare), Math.Max(training[i], LeastShare));
            index += (p - q) * Math.Log(p / q);
        }

        return index;
    }

    /// <summary>
    /// The two-sample Kolmogorov-Smirnov statistic at the bounds of the bins, 0 to 1: the greatest distance between the two distribution functions, and never more than
    /// that over all values.
    /// </summary>
    internal static double KolmogorovSmirnov(ReadOnlySpan<double> live, ReadOnlySpan<double> training)
    {
        var (distance, greatest) = (0.0, 0.0);
        for (var i = 0; i < live.Length; i++)
        {
            distance += live[i] - training[i];
            greatest = Math.Max(greatest, Math.Abs(distance));
        }

        return greatest;
    }
}
