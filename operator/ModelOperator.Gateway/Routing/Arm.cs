using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Traffic;

namespace ModelOperator.Gateway.Routing;

/// <summary>One arm in force.</summary>
/// <param name="Name">Role: stable, canary, or the name of a variant.</param>
/// <param name="Version">Model version.</param>
/// <param name="Url">Base URL; null when the arm cannot be reached yet.</param>
/// <param name="Weight">Share relative to the sum of all weights.</param>
/// <param name="Series">Counters of this version in this role.</param>
public sealed record Arm(string Name, string Version, string? Url, int Weight, ArmSeries Series)
{
    /// <summary>Names the version in responses that do not.</summary>
    internal VersionTransformer Transformer { get; } = new(Version);
}
