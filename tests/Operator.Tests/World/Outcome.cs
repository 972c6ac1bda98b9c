namespace ModelOperator.Operator.Tests.World;

/// <summary>How a story ended.</summary>
/// <param name="State">End state, masked.</param>
/// <param name="Writes">Writes of the first operator that count for a cut.</param>
/// <param name="WasCut">Whether the first operator was cut off on the way.</param>
internal sealed record Outcome(string State, int Writes, bool WasCut);
