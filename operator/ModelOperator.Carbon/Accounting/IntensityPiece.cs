namespace ModelOperator.Carbon.Accounting;

/// <summary>A part of an interval that lies within one slot of a profile, or between slots.</summary>
/// <param name="Start">Start, included.</param>
/// <param name="End">End, excluded.</param>
/// <param name="Intensity">The intensity; null when the profile has none for this time.</param>
/// <param name="IsFallback">True when no slot covers this time.</param>
public readonly record struct IntensityPiece(DateTimeOffset Start, DateTimeOffset End, CarbonIntensity? Intensity, bool IsFallback);
