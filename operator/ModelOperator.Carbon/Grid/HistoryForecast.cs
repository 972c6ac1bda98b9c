namespace ModelOperator.Carbon.Grid;

/// <summary>
/// A forecast of hours from the hours before them, for grids whose source has none: the same hour of the last days, the nearer the heavier, moved by what
/// the last hours were above or below that; the move fades.
/// </summary>
public static class HistoryForecast
{
    /// <summary>Hours of the past that are looked at.</summary>
    public const int Hours = 8 * Day;

    private const int Day = 24;
    private const double DayWeight = 0.7;
    private const int LevelHours = 3;
    private const double LevelFades = 0.9;

    /// <summary>Expected values, mg/kWh, up to the first hour that has no like in the past.</summary>
    /// <param name="past">Hourly means in order, the last of them the hour before the first that is asked for; null where nothing is known.</param>
    /// <param name="hours">How many are asked for.</param>
    public static IReadOnlyList<double> Predict(IReadOnlyList<double?> past, int hours)
    {
        var expected = new List<double>(hours);
        var level = Level(past);
        for (var h = 0; h < hours && SameHour(past, past.Count, h) is { } same; h++)
            expected.Add(Math.Max(0, same + (level * Math.Pow(LevelFades, h))));
        return expected;
    }

    /// <summary>Mean of what the last hours were above what the days before them said.</summary>
    private static double Level(IReadOnlyList<double?> past)
    {
        var (sum, count) = (0.0, 0);
        for (var at = Math.Max(0, past.Count - LevelHours); at < past.Count; at++)
        {
            if (past[at] is { } seen && SameHour(past, at, 0) is { } said)
                (sum, count) = (sum + seen - said, count + 1);
        }

        return count > 0 ? sum / count : 0;
    }

    /// <summary>The weighted mean of the same hour of the days before, as known at an index; the hour asked for lies so many hours after it.</summary>
    private static double? SameHour(IReadOnlyList<double?> past, int known, int ahead)
    {
        var (sum, weights, weight) = (0.0, 0.0, 1.0);
        for (var at = known + ahead - (Day * ((ahead / Day) + 1)); at >= 0 && at >= known - Hours; at -= Day, weight *= DayWeight)
        {
            if (past[at] is { } seen)
                (sum, weights) = (sum + (weight * seen), weights + weight);
        }

        return weights > 0 ? sum / weights : null;
    }
}
