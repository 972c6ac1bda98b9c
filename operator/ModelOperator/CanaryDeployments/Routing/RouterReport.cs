using System.Collections.Immutable;
using System.Globalization;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>What a router other than the built-in gateway serves now, read back from its objects; never assumed.</summary>
/// <param name="Kind">Router.</param>
/// <param name="Subject">Its object, for people, for example "HTTPRoute prices".</param>
public sealed record RouterReport(RouterKind Kind, string Subject)
{
    /// <summary>
    /// Time for the proxies to follow: the gateway's Pods each say what they serve, but no other router says when its last proxy has taken what its
    /// object says. It comes on top of the scale-down delay.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>What is missing; nothing is written while it is.</summary>
    public RouterProblem? Problem { get; init; }

    /// <summary>Why what the object says is not in force yet; null when it is.</summary>
    public string? Pending { get; init; }

    /// <summary>Percent for the canary that the object says; null when it says none that is whole and the same in all its rules.</summary>
    public int? Weight { get; init; }

    /// <summary>Service of the stable version; the only one where numbers of Pods are the weight.</summary>
    public RoutedService Stable { get; init; } = RoutedService.None;

    /// <summary>Service of the version under test.</summary>
    public RoutedService Canary { get; init; } = RoutedService.None;

    /// <summary>Our Pods of other versions than the stable one and the canary's.</summary>
    public int Strays { get; init; }

    /// <summary>Percentage points that a share of Pods may be off.</summary>
    public int Tolerance { get; init; }

    /// <summary>Entries that carry the weight.</summary>
    public ImmutableArray<RoutePair> Pairs { get; init; } = [];

    /// <summary>The user's HTTPRoute.</summary>
    public HttpRoute? HttpRoute { get; init; }

    /// <summary>The user's VirtualService.</summary>
    public VirtualService? VirtualService { get; init; }

    /// <summary>The user's Ingress.</summary>
    public V1Ingress? Ingress { get; init; }

    /// <summary>Why the traffic is not known to be as wanted, for people.</summary>
    public string Doubt => Problem?.Message ?? (Pending is { } pending ? $"{Subject}: {pending}." : Kind == RouterKind.Replicas
        ? string.Create(CultureInfo.InvariantCulture, $"{Subject}: ready Pods: {Shares()}.")
        : $"{Subject} has not taken the weights yet, or our Services have not found their Pods.");

    /// <summary>Who says that a weight is in force, for people.</summary>
    public string Confirmation => Kind == RouterKind.Replicas ? $"{Subject} has these ready Pods: {Shares()}" : $"{Subject} says so";

    /// <summary>True when this split, and nothing else, is what requests meet.</summary>
    /// <param name="split">Split.</param>
    /// <param name="workload">Finds a version's workload.</param>
    public bool Serves(RouterSplit split, Func<string?, WorkloadView?> workload)
    {
        if (Problem is not null || Pending is not null)
            return false;
        if (Kind != RouterKind.Replicas)
            return Weight == split.Weight
                && (split.Weight == 100 || Stable.Carries(split.Stable, workload(split.Stable)))
                && (split.Weight == 0 || Canary.Carries(split.Canary, workload(split.Canary)));
        if (split.Weight is 0 or 100)
            return Stable.Carries(Only(split), workload(Only(split)));
        var (canary, stable) = (Stable.Ready.GetValueOrDefault(split.Canary!), Stable.Ready.GetValueOrDefault(split.Stable!));
        return Stable.Version is null && canary > 0 && stable > 0 && Stable.Ready.Count == 2
            && Math.Abs(ReplicaRatio.Percent(canary, stable) - split.Weight) <= Tolerance;
    }

    /// <summary>
    /// True when the weights of a split may be written now: what gets more than it has leads to its version already. (After a promotion the
    /// stable Service has to find the new stable version's Pods first.)
    /// </summary>
    public bool MayTake(RouterSplit split, Func<string?, WorkloadView?> workload) =>
        (split.Weight <= Weight || split.Weight == 0 || Canary.Carries(split.Canary, workload(split.Canary)))
        && (split.Weight >= Weight || split.Weight == 100 || Stable.Carries(split.Stable, workload(split.Stable)));

    /// <summary>True when the router is known to send nothing to the canary's Service: only then it may be led to another version (T4).</summary>
    public bool IsIdle => this is { Problem: null, Pending: null, Weight: 0 };

    /// <summary>True when this version gets nothing, whatever the weights: no endpoint of the one Service is its own, and none can become so.</summary>
    public bool Excludes(string version) =>
        Kind == RouterKind.Replicas && Stable.Version is { } only && only != version && !Stable.Ready.ContainsKey(version);

    /// <summary>The one version that the Service leads to; null for both.</summary>
    public static string? Only(RouterSplit split) => split.Weight switch { 0 => split.Stable, 100 => split.Canary, _ => null };

    private string Shares() => Stable.Ready.IsEmpty
        ? "none"
        : string.Join(", ", Stable.Ready.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Value} of {p.Key}")));
}
