using System.Collections.Immutable;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>All that a decision about a CanaryDeployment may know, fetched once.</summary>
public sealed record CanaryObserved
{
    /// <summary>ModelVersions that the spec or the status names, by name; absent = not found.</summary>
    public ImmutableDictionary<string, VersionView> Versions { get; init; } = ImmutableDictionary<string, VersionView>.Empty;

    /// <summary>Deployments of versions that this canary owns, by version name.</summary>
    public ImmutableDictionary<string, WorkloadView> Workloads { get; init; } = ImmutableDictionary<string, WorkloadView>.Empty;

    /// <summary>One report per ready gateway Pod.</summary>
    public ImmutableArray<GatewayReport> Gateways { get; init; } = [];

    /// <summary>Name of an older CanaryDeployment that serves the same Service.</summary>
    public string? Conflict { get; init; }

    /// <summary>Metric states of the current segment, by metric name; kept in memory between looks.</summary>
    public ImmutableDictionary<string, MetricState> States { get; init; } = ImmutableDictionary<string, MetricState>.Empty;

    /// <summary>New looks, by metric name.</summary>
    public ImmutableDictionary<string, Measurement> Looks { get; init; } = ImmutableDictionary<string, Measurement>.Empty;
}
