namespace ModelOperator.Carbon.Grid;

/// <summary>
/// A forecast of hours from the hours before them, for grids whose source has none: the mean of two that err differently, a seasonal autoregression
/// (<see cref="SeasonalForecast"/>) and the days that went like the last one (<see cref="SimilarDaysForecast"/>). Where the days end, the first goes on from there.
/// Who asks for more than three days gets the autoregression alone: so far ahead the days make no error smaller, and far hours, which are compared with near
/// ones, have to err as those do.
/// </summary>
public static class HistoryForecast
{
    /// <summary>Hours of the past that are looked at: four weeks beside the last day.</summary>
    public const int Hours = 29 * 24;

    private const int Near = 3 * 24;

    /// <summary>Expected values, mg/kWh, up to the first hour that has no like in the past.</summary>
    /// <param name="past">Hourly means in order, the last of them the hour before the first that is asked for; null where nothing is known.</param>
    /// <param name="hours">How many are asked for.</param>
    public static IReadOnlyList<double> Predict(IReadOnlyList<double?> past, int hours)
    {
        if (hours > Near)
            return SeasonalForecast.Predict(past, hours);
        var similar = SimilarDaysForecast.Predict(past, hours);
        var near = SeasonalForecast.Predict(past, similar.Count).Zip(similar, static (seasonal, day) => (seasonal + day) / 2).ToList();
        return [.. near, .. SeasonalForecast.Predict([.. past, .. near], hours - near.Count)];
    }
}
