using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>Children of a run that is over and whose time to keep them has passed, besides its Pods; read from the server itself.</summary>
public sealed record TrainingRunLeftovers
{
    /// <summary>Secrets that the run controls.</summary>
    public IReadOnlyList<V1Secret> Secrets { get; init; } = [];

    /// <summary>ConfigMaps that the run controls.</summary>
    public IReadOnlyList<V1ConfigMap> ConfigMaps { get; init; } = [];

    /// <summary>Services that the run controls.</summary>
    public IReadOnlyList<V1Service> Services { get; init; } = [];

    /// <summary>NetworkPolicies that the run controls.</summary>
    public IReadOnlyList<V1NetworkPolicy> NetworkPolicies { get; init; } = [];
}
