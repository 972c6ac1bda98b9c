namespace ModelOperator.Carbon.Grid;

/// <summary>How long a last value is carried on, and what counts as unsure.</summary>
public sealed record GridRules
{
    /// <summary>The documented defaults.</summary>
    public static GridRules Default { get; } = new();

    /// <summary>How long the last known value stands in for the next ones. Default 6 h.</summary>
    public TimeSpan MaxStaleness { get; init; } = TimeSpan.FromHours(6);

    /// <summary>
    /// Standard deviation of ln(intensity at settlement / intensity of the estimate) by what the estimate used. Forecast: a proposal. The others: root
    /// mean square over the hourly traces of California and Spain of 2022, the worse zone, windows of 1 to 24 h, rounded up to 0.05.
    /// </summary>
    public static double Sigma(IntensityQuality quality) => quality switch
    {
        IntensityQuality.Measured or IntensityQuality.Estimated => 0,
        IntensityQuality.Forecast => 0.15,
        IntensityQuality.Stale or IntensityQuality.SameHour => 0.3,
        _ => 0.35,
    };
}
