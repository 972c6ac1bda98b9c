using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>The bytes that a version's Pods are made from.</summary>
public sealed record CanaryDigest
{
    [Description("ModelVersion.")]
    public required string Version { get; init; }

    [Description("Digest that it was entered with; its Pods keep it.")]
    public required string Digest { get; init; }

    [Description("Digest that the ModelVersion names now; absent while it is the same.")]
    public string? Changed { get; init; }
}
