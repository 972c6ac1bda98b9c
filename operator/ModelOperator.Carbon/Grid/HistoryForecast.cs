namespace ModelOperator.Carbon.Grid;

/// <summary>
/// A forecast of hours from the hours before them, for grids whose source has none: the same hour of yesterday, the day before and the last four weeks, and
/// what the last two hours were above or below that, which fades:
/// s(t) = sum of w_k x(t - k), x(t) = s(t) + phi_1 (x(t - 1) - s(t - 1)) + phi_2 (x(t - 2) - s(t - 2)), a seasonal autoregression. The constants are
/// fitted by least squares to the hours of January to June 2022 of California and Spain together (docs/benchmarks.md); the other half of the year scores them.
/// </summary>
public static class HistoryForecast
{
    /// <summary>Hours of the past that are looked at.</summary>
    public const int Hours = 29 * Day;

    private const int Day = 24;
    private const double First = 1.2873;
    private const double Second = -0.3186;

    private static readonly (int Hours, double Weight)[] Seasons =
        [(Day, 0.3524), (2 * Day, 0.1671), (7 * Day, 0.1824), (14 * Day, 0.1538), (21 * Day, 0.0744), (28 * Day, 0.0698)];

    /// <summary>Expected values, mg/kWh, up to the first hour that has no like in the past. Weights of hours that are not known go to those that are.</summary>
    /// <param name="past">Hourly means in order, the last of them the hour before the first that is asked for; null where nothing is known.</param>
    /// <param name="hours">How many are asked for.</param>
    public static IReadOnlyList<double> Predict(IReadOnlyList<double?> past, int hours)
    {
        var known = new double?[past.Count + hours];
        for (var i = 0; i < past.Count; i++)
            known[i] = past[i];
        var (last, before) = (Above(known, past.Count - 1), Above(known, past.Count - 2));
        var expected = new List<double>(hours);
        for (var at = past.Count; at < known.Length && Season(known, at) is { } season; at++)
        {
            (last, before) = ((First * last) + (Second * before), last);
            known[at] = Math.Max(0, season + last);
            expected.Add(known[at]!.Value);
        }

        return expected;
    }

    private static double Above(double?[] known, int at) =>
        at >= 0 && known[at] is { } seen && Season(known, at) is { } season ? seen - season : 0;

    private static double? Season(double?[] known, int at)
    {
        var (sum, weights) = (0.0, 0.0);
        foreach (var (hours, weight) in Seasons)
        {
            if (at >= hours && known[at - hours] is { } seen)
                (sum, weights) = (sum + (weight * seen), weights + weight);
        }

        return weights > 0 ? sum / weights : null;
    }
}
