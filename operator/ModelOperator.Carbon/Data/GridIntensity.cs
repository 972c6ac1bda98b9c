namespace ModelOperator.Carbon.Data;

/// <summary>One row of the yearly table, or the world's value in place of a zone that the table lacks.</summary>
/// <param name="Zone">The row's zone: ISO 3166 alpha-3, <c>gcp/&lt;region&gt;</c> or <c>WORLD</c>.</param>
/// <param name="Intensity">Yearly average, mg CO2e per kWh.</param>
/// <param name="Year">The year of the data.</param>
/// <param name="Source">Where the row comes from.</param>
/// <param name="IsWorldFallback">True when the zone asked for is unknown and this is the world's value instead.</param>
public sealed record GridIntensity(string Zone, CarbonIntensity Intensity, int Year, string Source, bool IsWorldFallback = false);
