namespace ModelOperator.Carbon.Data;

/// <summary>The rated power found for a GPU model.</summary>
/// <param name="Model">The row's name.</param>
/// <param name="Tdp">Rated power (TDP) of one board.</param>
/// <param name="Match">How the row was found.</param>
/// <param name="Source">Where the row comes from.</param>
public sealed record GpuPower(string Model, Power Tdp, GpuMatch Match, string Source);
