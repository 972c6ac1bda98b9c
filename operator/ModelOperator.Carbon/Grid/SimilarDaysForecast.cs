namespace ModelOperator.Carbon.Grid;

/// <summary>
/// Days that went like the last one go on like the next (the method of analogues): each of the last 28 days is laid beside the last 24 hours, the present hour
/// on the same hour, and weighs the more the less the difference d of the two varies: w_k = 1 / (v_k + 0.1 v), with v_k the variance of d, in which an hour
/// counts 0.9 times the hour after it, and v the mean of all v_k. What the last hours were above the days' mean fades by 4 % an hour.
/// The constants were chosen by the saving of decisions from February to June 2022 in California and Spain together (docs/benchmarks.md).
/// </summary>
internal static class SimilarDaysForecast
{
    private const int Day = 24;
    private const int Days = 28;
    private const double Recency = 0.9;
    private const double Floor = 0.1;
    private const double Fading = 0.96;

    /// <inheritdoc cref="HistoryForecast.Predict"/>
    internal static List<double> Predict(IReadOnlyList<double?> past, int hours)
    {
        var days = new LaggedMean(Weights(past));
        var level = Moments(past, at => days.Above(past, at)).Mean;
        return days.Continue(past, [.. Enumerable.Range(0, hours).Select(h => level * Math.Pow(Fading, h))]);
    }

    /// <summary>Days that cannot be compared weigh as the usual one does, and all the same where all went alike.</summary>
    private static List<(int Hours, double Weight)> Weights(IReadOnlyList<double?> past)
    {
        var variances = Enumerable.Range(1, Days).Select(day => Variance(past, day * Day)).ToList();
        var usual = variances.Average() ?? 0;
        return [.. variances.Select((variance, i) => ((i + 1) * Day, usual > 0 ? 1 / ((variance ?? usual) + (Floor * usual)) : 1))];
    }

    private static double? Variance(IReadOnlyList<double?> past, int lag)
    {
        var (known, _, variance) = Moments(past, at => at >= lag ? past[at] - past[at - lag] : null);
        return known >= Day / 2 ? variance : null;
    }

    /// <summary>Weighted moments of something over those of the last 24 hours for which it is known.</summary>
    private static (int Known, double Mean, double Variance) Moments(IReadOnlyList<double?> past, Func<int, double?> of)
    {
        var (known, weight, weights, sum, squares) = (0, 1.0, 0.0, 0.0, 0.0);
        for (var at = past.Count - 1; at >= Math.Max(0, past.Count - Day); at--, weight *= Recency)
        {
            if (of(at) is { } value)
                (known, weights, sum, squares) = (known + 1, weights + weight, sum + (weight * value), squares + (weight * value * value));
        }

        var mean = known > 0 ? sum / weights : 0;
        return (known, mean, known > 0 ? Math.Max(0, (squares / weights) - (mean * mean)) : 0);
    }
}
