namespace ModelOperator.Carbon.Grid;

/// <summary>
/// Days that went like the last one go on like the next (the method of analogues): each of the last 28 days is laid beside the last 24 hours, the present hour
/// on the same hour, and weighs w_k = 1 / (m_k + 0.1 m), with m_k the mean of the squares of their differences, in which an hour counts 0.9 times the hour
/// after it, and m the mean of all m_k. What the last hours were above the days so weighed, on the same mean, fades by 4 % an hour. They know of today and
/// tomorrow only. The constants were chosen by the saving of decisions from February to June 2022 in California and Spain together (docs/benchmarks.md).
/// </summary>
internal static class SimilarDaysForecast
{
    private const int Day = 24;
    private const int Days = 28;
    private const int Longest = 2 * Day;
    private const double Recency = 0.9;
    private const double Floor = 0.1;
    private const double Fading = 0.96;

    /// <inheritdoc cref="HistoryForecast.Predict"/>
    internal static List<double> Predict(IReadOnlyList<double?> past, int hours)
    {
        var days = new LaggedMean(Weights(past));
        var level = Recent(past, at => days.Above(past, at)).Mean ?? 0;
        return days.Continue(past, [.. Enumerable.Range(0, Math.Min(hours, Longest)).Select(h => level * Math.Pow(Fading, h))]);
    }

    /// <summary>Days of which less than half can be compared weigh as the usual one does, and all the same where all went alike.</summary>
    private static List<(int Hours, double Weight)> Weights(IReadOnlyList<double?> past)
    {
        var squares = Enumerable.Range(1, Days).Select(day => Recent(past, at => Square(past, at, day * Day)))
            .Select(static square => square.Known >= Day / 2 ? square.Mean : null).ToList();
        var usual = squares.Average() ?? 0;
        return [.. squares.Select((square, i) => ((i + 1) * Day, usual > 0 ? usual / ((square ?? usual) + (Floor * usual)) : 1))];
    }

    private static double? Square(IReadOnlyList<double?> past, int at, int lag) =>
        at >= lag && past[at] - past[at - lag] is { } difference ? difference * difference : null;

    /// <summary>The mean of something over those of the last 24 hours for which it is known, later ones counting for more, and how many they are.</summary>
    private static (int Known, double? Mean) Recent(IReadOnlyList<double?> past, Func<int, double?> of)
    {
        var (known, weight, weights, sum) = (0, 1.0, 0.0, 0.0);
        for (var at = past.Count - 1; at >= Math.Max(0, past.Count - Day); at--, weight *= Recency)
        {
            if (of(at) is { } value)
                (known, weights, sum) = (known + 1, weights + weight, sum + (weight * value));
        }

        return (known, known > 0 ? sum / weights : null);
    }
}
