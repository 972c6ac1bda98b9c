namespace ModelOperator.Carbon.Estimates;

/// <summary>What a run is expected to use, before it starts. Energy is the facility's (PUE included), rounded up.</summary>
/// <param name="EnergyP50">Median, calibrated.</param>
/// <param name="EnergyP95">95th percentile, capped at what the hardware can use until the deadline.</param>
/// <param name="EmissionsP50">Median.</param>
/// <param name="EmissionsP95">95th percentile, spread of the intensity included.</param>
/// <param name="RawEnergy">The median before calibration: what the history compares with the measured energy.</param>
/// <param name="Basis">How it was obtained, in one line.</param>
/// <param name="Warnings">What people should know; empty when nothing.</param>
public sealed record RunEstimate(
    Energy EnergyP50, Energy EnergyP95, Emissions EmissionsP50, Emissions EmissionsP95, Energy RawEnergy, string Basis,
    IReadOnlyList<string> Warnings)
{
    /// <summary>True when the 95th percentile was cut at the hardware's maximum.</summary>
    public bool Capped { get; init; }
}
