namespace ModelOperator.Carbon.Grid;

/// <summary>
/// A seasonal autoregression: the same hour of yesterday, the day before and the last four weeks, and what the last two hours were above or below that, which
/// fades: s(t) = sum of w_k x(t - k), x(t) = s(t) + phi_1 (x(t - 1) - s(t - 1)) + phi_2 (x(t - 2) - s(t - 2)). The constants are fitted by least squares to the
/// hours of January to June 2022 of California and Spain together (docs/benchmarks.md).
/// </summary>
internal static class SeasonalForecast
{
    private const int Day = 24;
    private const double First = 1.2873;
    private const double Second = -0.3186;

    private static readonly LaggedMean Season = new(
        [(Day, 0.3524), (2 * Day, 0.1671), (7 * Day, 0.1824), (14 * Day, 0.1538), (21 * Day, 0.0744), (28 * Day, 0.0698)]);

    /// <inheritdoc cref="HistoryForecast.Predict"/>
    internal static List<double> Predict(IReadOnlyList<double?> past, int hours)
    {
        var (last, before) = (Season.Above(past, past.Count - 1) ?? 0, Season.Above(past, past.Count - 2) ?? 0);
        var above = new double[hours];
        for (var h = 0; h < hours; h++)
        {
            (last, before) = ((First * last) + (Second * before), last);
            above[h] = last;
        }

        return Season.Continue(past, above);
    }
}
