using System.Collections.Immutable;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>One of our Services as the router finds it.</summary>
/// <param name="Version">Version that its selector asks for; null for the Pods of several versions, or when there is no such Service.</param>
/// <param name="Ready">Ready endpoints by version, as the server has them; "" for those of Pods that are not known.</param>
public sealed record RoutedService(string? Version, ImmutableDictionary<string, int> Ready)
{
    /// <summary>A Service that is not there.</summary>
    public static RoutedService None { get; } = new(null, ImmutableDictionary<string, int>.Empty);

    /// <summary>
    /// True when requests for it reach this version and no other: its endpoints have followed its selector. Without any endpoint only where
    /// the version has no Pod that could be one.
    /// </summary>
    public bool Carries(string? version, WorkloadView? workload) =>
        Version is not null && Version == version
        && Ready.Keys.All(v => v == version)
        && (!Ready.IsEmpty || workload is not { Serving: > 0 });
}
