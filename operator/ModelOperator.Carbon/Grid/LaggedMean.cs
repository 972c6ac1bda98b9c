namespace ModelOperator.Carbon.Grid;

/// <summary>The weighted mean of the hours that lie certain times back. Weights of hours that are not known go to those that are.</summary>
/// <param name="lags">Hours back, each above zero, and their weights, which are positive.</param>
internal sealed class LaggedMean(IReadOnlyList<(int Hours, double Weight)> lags)
{
    /// <summary>The mean for an hour; null where none of the hours is known that it is made of.</summary>
    internal double? At(IReadOnlyList<double?> known, int at)
    {
        var (sum, weights) = (0.0, 0.0);
        foreach (var (hours, weight) in lags)
        {
            if (at >= hours && known[at - hours] is { } seen)
                (sum, weights) = (sum + (weight * seen), weights + weight);
        }

        return weights > 0 ? sum / weights : null;
    }

    /// <summary>What an hour was above the mean; null where nobody knows.</summary>
    internal double? Above(IReadOnlyList<double?> known, int at) => at >= 0 && known[at] is { } seen && At(known, at) is { } mean ? seen - mean : null;

    /// <summary>Goes on where the past ends, expected hours being as good as known ones, up to the first hour that has no mean.</summary>
    /// <param name="past">Hourly means in order; null where nothing is known.</param>
    /// <param name="above">What the hours to come will be above the mean: as many hours as are asked for.</param>
    internal List<double> Continue(IReadOnlyList<double?> past, IReadOnlyList<double> above)
    {
        double?[] known = [.. past, .. new double?[above.Count]];
        var expected = new List<double>(above.Count);
        for (var at = past.Count; at < known.Length && At(known, at) is { } mean; at++)
        {
            expected.Add(Math.Max(0, mean + above[expected.Count]));
            known[at] = expected[^1];
        }

        return expected;
    }
}
