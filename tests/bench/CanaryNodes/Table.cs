using System.Collections.Immutable;

namespace ModelOperator.CanaryNodes;

/// <summary>A route table.</summary>
/// <param name="Canary">namespace/name.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Arms">Name, version and weight of each.</param>
internal sealed record Table(string Canary, string Revision, ImmutableArray<(string Arm, string Version, int Weight)> Arms);
