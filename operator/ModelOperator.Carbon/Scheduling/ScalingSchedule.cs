namespace ModelOperator.Carbon.Scheduling;

/// <summary>How many workers when, and what it costs by the profile it was made from.</summary>
/// <param name="Runs">Stretches in order, without overlap; nobody works between them.</param>
/// <param name="Milligrams">Emissions of all of them, mg CO2e.</param>
/// <param name="KilowattHours">Their energy, kWh.</param>
public sealed record ScalingSchedule(IReadOnlyList<ScaledRun> Runs, double Milligrams, double KilowattHours);
