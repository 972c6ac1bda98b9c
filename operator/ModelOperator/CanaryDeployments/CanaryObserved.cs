using System.Collections.Immutable;
using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Carbon.Grid;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>All that a decision about a CanaryDeployment may know, fetched once.</summary>
public sealed record CanaryObserved
{
    /// <summary>Time between the moment that the decision is about, a whole second, and its own: observing takes time.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>ModelVersions that the spec or the status names, by name; absent = not found.</summary>
    public ImmutableDictionary<string, VersionView> Versions { get; init; } = ImmutableDictionary<string, VersionView>.Empty;

    /// <summary>Deployments of versions that this canary owns, by version name.</summary>
    public ImmutableDictionary<string, WorkloadView> Workloads { get; init; } = ImmutableDictionary<string, WorkloadView>.Empty;

    /// <summary>Deployments of versions as they are, by version name; their templates are kept.</summary>
    public ImmutableDictionary<string, V1Deployment> Deployments { get; init; } = ImmutableDictionary<string, V1Deployment>.Empty;

    /// <summary>The gateway's Deployment as it is.</summary>
    public V1Deployment? Gateway { get; init; }

    /// <summary>Services of versions and of the gateway as they are; under another name when spec.service changed.</summary>
    public ImmutableArray<V1Service> Services { get; init; } = [];

    /// <summary>Secrets of versions as they are.</summary>
    public ImmutableArray<V1Secret> Secrets { get; init; } = [];

    /// <summary>Jobs of metrics that this canary owns, of any segment.</summary>
    public ImmutableArray<V1Job> Jobs { get; init; } = [];

    /// <summary>One report per ready gateway Pod.</summary>
    public ImmutableArray<GatewayReport> Gateways { get; init; } = [];

    /// <summary>What the gateways have to do; null without an autoscaler.</summary>
    public CanaryLoad? Load { get; init; }

    /// <summary>What the router serves now; null for the built-in gateway, whose Pods report.</summary>
    public RouterReport? Router { get; init; }

    /// <summary>Our canary Ingress as it is.</summary>
    public V1Ingress? Ingress { get; init; }

    /// <summary>Who else has the Service, and what to do about it; null when it is free or ours.</summary>
    public string? Conflict { get; init; }

    /// <summary>Canaries of the namespace that come before this one, when it is about to begin and their number is limited.</summary>
    public ImmutableArray<string> Ahead { get; init; } = [];

    /// <summary>Metric states of the current segment, by metric name; kept in memory between looks.</summary>
    public ImmutableDictionary<string, MetricState> States { get; init; } = ImmutableDictionary<string, MetricState>.Empty;

    /// <summary>The latest look at the A/B test; null when nothing is measured.</summary>
    public AbTestLook? Experiment { get; init; }

    /// <summary>The latest look at the stable version's live rows; null when nothing is looked at.</summary>
    public CanaryDriftLook? Drift { get; init; }

    /// <summary>Answers of webhooks to calls that are due, by name.</summary>
    public ImmutableDictionary<string, WebhookAnswer> Webhooks { get; init; } = ImmutableDictionary<string, WebhookAnswer>.Empty;

    /// <summary>Intensity of the grid; null when nobody asks.</summary>
    public ZoneIntensity<AverageSignal>? Grid { get; init; }

    /// <summary>New looks, by metric name.</summary>
    public ImmutableDictionary<string, Measurement> Looks { get; init; } = ImmutableDictionary<string, Measurement>.Empty;

    /// <summary>Workload of a version.</summary>
    public WorkloadView? Workload(string? version) => version is null ? null : Workloads.GetValueOrDefault(version);
}
