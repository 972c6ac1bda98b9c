using ModelOperator.Carbon.Metering;

namespace ModelOperator.EnergyMetering;

/// <summary>The way that an attempt's energy is told by, and the energy over time.</summary>
/// <param name="Method">How it was got.</param>
/// <param name="Segments">Energy over time.</param>
/// <param name="Coverage">Share of the time that it covers.</param>
/// <param name="Basis">For people.</param>
internal sealed record EnergyChoice(MeasurementMethod Method, IReadOnlyList<EnergySegment> Segments, double Coverage, string Basis)
{
    /// <summary>Nodes that each used as much.</summary>
    public int Times { get; init; } = 1;

    /// <summary>What the basis begins with; null for the method's description.</summary>
    public string? Prefix { get; init; }
}
