namespace ModelOperator.CanaryDeployments;

/// <summary>Versions without traffic: their Pods stay until the gateway has said so, and the scale-down delay after that (T6).</summary>
public static class CanaryRetirement
{
    /// <summary>Most versions that may be retiring at once; a new canary waits beyond that.</summary>
    public const int Most = 5;

    /// <summary>Adds a version to the status' list.</summary>
    public static IReadOnlyList<RetiringVersion> Add(CanaryDeploymentStatus status, string version, bool? aborted = null) =>
        [.. (status.Retiring ?? []).Where(r => r.Version != version).Append(new RetiringVersion { Version = version, Aborted = aborted }).TakeLast(Most)];

    /// <summary>True when a new canary has to wait: after it has superseded this one there would be no room left for its own retirement.</summary>
    public static bool IsFull(CanaryDeploymentStatus status, string? superseded) => (status.Retiring?.Count ?? 0) + (superseded is null ? 0 : 1) >= Most;

    /// <summary>The list without a version; null when empty.</summary>
    public static IReadOnlyList<RetiringVersion>? Without(IReadOnlyList<RetiringVersion>? list, string version) =>
        list?.Where(r => r.Version != version).ToArray() is { Length: > 0 } rest ? rest : null;

    /// <summary>Starts the clock of versions whose traffic is confirmed gone, and drops those whose time is over.</summary>
    public static CanaryMove Apply(CanaryContext c, CanaryMove move)
    {
        if (move.Status.Retiring is not { Count: > 0 } retiring || c.Spec.Suspend)
            return move;
        var confirmed = move.Status.Weights is { Verified: true } && c.Serves(RouteTable.Of(c.Canary, move.Status));
        DateTimeOffset End(RetiringVersion version, DateTimeOffset since) => since + CanaryDefaults.ScaleDownDelay(c.Spec, version.Aborted is true);
        var kept = retiring
            .Select(r => r.Since is null && confirmed ? r with { Since = c.Now } : r)
            .Where(r => r.Since is not { } since || c.Now < End(r, since))
            .ToArray();
        if (kept.Length == 0)
            return move with { Status = move.Status with { Retiring = null } };
        var next = kept.Min(r => r.Since is { } since ? End(r, since) - c.Now : CanaryPlanner.Poll);
        return move with { Status = move.Status with { Retiring = kept }, Requeue = Sooner(move.Requeue, next) };
    }

    private static TimeSpan Sooner(TimeSpan? left, TimeSpan right) => left is { } l && l < right ? l : right;
}
