namespace ModelOperator.Registry;

/// <summary>One run in a report.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="Name">Name.</param>
/// <param name="Model">Model.</param>
/// <param name="Phase">Phase.</param>
/// <param name="Version">ModelVersion that it made; null when none.</param>
/// <param name="Device">cpu or cuda; null while unknown.</param>
/// <param name="Duration">From the first Pod to the end; null while unknown.</param>
/// <param name="Rmse">Root mean squared error, in units of the target; null when the run has no such metric.</param>
/// <param name="MilliwattHours">Energy in milliwatt-hours, overhead of the facility excluded; null while unknown.</param>
/// <param name="Milligrams">Emissions in milligrams of CO2 equivalent; null while unknown.</param>
/// <param name="Method">How the energy is known.</param>
/// <param name="CompletedAt">When it ended.</param>
public sealed record RunReport(
    string Namespace,
    string Name,
    string Model,
    string Phase,
    string? Version,
    string? Device,
    TimeSpan? Duration,
    double? Rmse,
    long? MilliwattHours,
    long? Milligrams,
    string? Method,
    DateTimeOffset? CompletedAt);
