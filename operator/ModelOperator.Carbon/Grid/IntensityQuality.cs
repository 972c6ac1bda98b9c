namespace ModelOperator.Carbon.Grid;

/// <summary>What an intensity for a time is worth; from best to worst. The names are the values of <c>status.energy.intensityQuality</c>.</summary>
public enum IntensityQuality
{
    /// <summary>The source calls it measured.</summary>
    Measured,

    /// <summary>The source itself estimated it.</summary>
    Estimated,

    /// <summary>A forecast of the source; the time had not come, or nothing better ever came.</summary>
    Forecast,

    /// <summary>The last known value, carried on for at most the greatest staleness.</summary>
    Stale,

    /// <summary>Mean of the same hour of day over the days that are known, at most eight.</summary>
    SameHour,

    /// <summary>The yearly average of the zone, or of the world when the zone is unknown.</summary>
    Yearly,
}
