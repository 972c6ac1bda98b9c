using ModelOperator.CanaryDeployments.Routing;

namespace ModelOperator.CanaryDeployments;

/// <summary>Versions without traffic: their Pods stay until the gateway has said so, and the scale-down delay after that (T6).</summary>
public static class CanaryRetirement
{
    /// <summary>Most versions that may be retiring at once; a new canary waits beyond that. A/B tests that follow each other need more.</summary>
    public const int Most = 5;

    /// <summary>Longest list: two A/B tests' arms. No version that may still get traffic is ever cut off, since a canary waits before.</summary>
    private const int Bound = 2 * (AbTestDefaults.MostArms - 1);

    /// <summary>Adds versions to the status' list.</summary>
    public static IReadOnlyList<RetiringVersion> Add(CanaryDeploymentStatus status, params IEnumerable<string> versions) => Add(status, versions, null);

    /// <summary>Adds versions to the status' list.</summary>
    public static IReadOnlyList<RetiringVersion> Add(CanaryDeploymentStatus status, IEnumerable<string> versions, bool? aborted)
    {
        string[] added = [.. versions];
        return [.. (status.Retiring ?? []).Where(r => !added.Contains(r.Version)).Concat(added.Select(version => new RetiringVersion { Version = version, Aborted = aborted })).TakeLast(Bound)];
    }

    /// <summary>True when a new canary has to wait: after it has superseded this one there would be no room left for its own retirement.</summary>
    public static bool IsFull(CanaryContext c)
    {
        var superseded = CanaryArms.Of(c.Status).Count;
        var begun = (c.Spec.Strategy?.AbTest?.Arms.Count ?? 2) - 1;
        return (c.Status.Retiring?.Count ?? 0) + superseded + begun > Math.Max(Most, superseded + begun);
    }

    /// <summary>The list without some versions; null when empty.</summary>
    public static IReadOnlyList<RetiringVersion>? Without(IReadOnlyList<RetiringVersion>? list, params string[] versions) =>
        list?.Where(r => !versions.Contains(r.Version)).ToArray() is { Length: > 0 } rest ? rest : null;

    /// <summary>Starts the clock of versions whose traffic is confirmed gone, and drops those whose time is over.</summary>
    public static CanaryMove Apply(CanaryContext c, CanaryMove move)
    {
        if (move.Status.Retiring is not { Count: > 0 } retiring || c.Spec.Suspend)
            return move;
        var confirmed = move.Status.Weights is { Verified: true } && c.Serves(RouteTable.Of(c.Canary, move.Status));
        var settling = c.Seen.Router is null ? TimeSpan.Zero : RouterReport.Settling;
        DateTimeOffset End(RetiringVersion version, DateTimeOffset since) => since + CanaryDefaults.ScaleDownDelay(c.Spec, version.Aborted is true) + settling;
        var kept = retiring
            .Select(r => r.Since is null && (confirmed || c.Seen.Router?.Excludes(r.Version) == true) ? r with { Since = c.Now } : r)
            .Where(r => r.Since is not { } since || c.Now < End(r, since))
            .ToArray();
        if (kept.Length == 0)
            return move with { Status = move.Status with { Retiring = null } };
        var next = kept.Min(r => r.Since is { } since ? End(r, since) - c.Now : CanaryPlanner.Poll);
        return move with { Status = move.Status with { Retiring = kept }, Requeue = CanarySteps.Sooner(next, move.Requeue) };
    }
}
