namespace ModelOperator.Carbon.Grid;

/// <summary>Emissions of a finished piece of work and what its intensities were worth.</summary>
/// <param name="Emissions">The sum over time, PUE included.</param>
/// <param name="MeanIntensity">Emissions per kWh of the facility's energy; without energy the time-weighted mean.</param>
/// <param name="Quality">The worst quality that carries at least 5 % of the energy.</param>
/// <param name="Source">Sources with the share of the energy that each quality carries.</param>
public sealed record AccountedEmissions(Emissions Emissions, CarbonIntensity MeanIntensity, IntensityQuality Quality, string Source);
