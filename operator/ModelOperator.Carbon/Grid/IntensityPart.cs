namespace ModelOperator.Carbon.Grid;

/// <summary>The intensity to use for [Start, End), with what it is worth.</summary>
/// <param name="Start">Start, included.</param>
/// <param name="End">End, excluded.</param>
/// <param name="Intensity">mg CO2e per kWh.</param>
/// <param name="Quality">What it is worth.</param>
/// <param name="Source">Where it comes from, for people.</param>
public readonly record struct IntensityPart(
    DateTimeOffset Start, DateTimeOffset End, CarbonIntensity Intensity, IntensityQuality Quality, string Source);
