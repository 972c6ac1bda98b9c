namespace ModelOperator.Carbon.Attribution;

/// <summary>A device's energy, split. The parts and the rest add up to the whole.</summary>
/// <param name="Joules">By holder, J.</param>
/// <param name="UnallocatedJoules">Of nobody: unreserved idle energy and the activity of the system, J.</param>
public sealed record AttributedEnergy(IReadOnlyDictionary<string, double> Joules, double UnallocatedJoules);
