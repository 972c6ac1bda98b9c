using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>Requests that go to the canary whatever its weight.</summary>
public sealed record CanaryHeaderRoute
{
    [Description("Headers of which one must fit; empty or absent ends the route. It also ends with the canary, promoted or not.")]
    [MaxItems(CanaryRoutes.MostMatches)]
    public IReadOnlyList<CanaryHeaderMatch>? Match { get; init; }
}
