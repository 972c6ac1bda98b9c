using ModelOperator.Api;

namespace ModelOperator.ModelVersions;

/// <summary>The version that holds an alias, to be held against.</summary>
/// <param name="Alias">Alias.</param>
/// <param name="Version">Its version.</param>
/// <param name="Metrics">That version's metrics.</param>
public sealed record GateBaseline(string Alias, string Version, IReadOnlyList<NamedValue> Metrics);
