namespace ModelOperator.Carbon.Metering;

/// <summary>A modelled energy with the band the true value is expected in.</summary>
/// <param name="Expected">The figure to book.</param>
/// <param name="Low">Lower end of the band.</param>
/// <param name="High">Upper end of the band.</param>
public readonly record struct EnergyBand(Energy Expected, Energy Low, Energy High);
