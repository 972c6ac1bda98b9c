namespace ModelOperator.Carbon.Grid;

/// <summary>One figure of a source for [Start, End).</summary>
/// <param name="Start">Start, included.</param>
/// <param name="End">End, excluded; after the start.</param>
/// <param name="Intensity">mg CO2e per kWh.</param>
/// <param name="Quality">Measured, Estimated or Forecast.</param>
/// <param name="Source">Source and its name of the zone, for people.</param>
/// <param name="SourceRank">Place of the source in the chain; 0 is asked first.</param>
public readonly record struct GridSlot(
    DateTimeOffset Start, DateTimeOffset End, CarbonIntensity Intensity, IntensityQuality Quality, string Source, int SourceRank = 0)
{
    /// <summary>
    /// Whether this one counts where both speak of the same time: what happened before what was forecast, then the earlier source of the
    /// chain, then measured before estimated; of equals the newer.
    /// </summary>
    internal bool Beats(GridSlot older) => Order.CompareTo(older.Order) <= 0;

    private (int, int, int) Order => (Quality == IntensityQuality.Forecast ? 1 : 0, SourceRank, (int)Quality);
}
