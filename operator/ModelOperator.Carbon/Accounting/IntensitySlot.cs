namespace ModelOperator.Carbon.Accounting;

/// <summary>The grid's intensity in [Start, End).</summary>
/// <param name="Start">Start, included.</param>
/// <param name="End">End, excluded.</param>
/// <param name="Intensity">mg CO2e per kWh.</param>
/// <param name="Estimated">True when the source itself estimated it.</param>
public readonly record struct IntensitySlot(DateTimeOffset Start, DateTimeOffset End, CarbonIntensity Intensity, bool Estimated = false);
