using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>Weights in percent; read back from every gateway, never assumed.</summary>
public sealed record CanaryWeights
{
    [Description("Percent for the stable version.")]
    public int Stable { get; init; }

    [Description("Percent for the canary.")]
    public int Canary { get; init; }

    [Description("True when every gateway Pod reports these weights.")]
    public bool Verified { get; init; }
}
