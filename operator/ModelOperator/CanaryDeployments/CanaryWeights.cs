using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>Weights in percent; read back from every gateway, never assumed.</summary>
public sealed record CanaryWeights
{
    [Description("Percent for the stable version.")]
    public int Stable { get; init; }

    [Description("Percent for the canary.")]
    public int Canary { get; init; }

    [Description("Percent of the stable version's requests that are copied to the canary; absent for none.")]
    public int? MirrorPercentage { get; init; }

    [Description("Headers whose requests go to the canary whatever its weight; absent for none.")]
    [MaxItems(CanaryRoutes.MostMatches)]
    public IReadOnlyList<CanaryHeaderMatch>? Headers { get; init; }

    [Description("True when every gateway Pod reports these weights and routes.")]
    public bool Verified { get; init; }
}
