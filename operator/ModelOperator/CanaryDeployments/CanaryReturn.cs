namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Traffic goes back to the stable version only while that has a Pod to take it (T3): some bad answers are better than none. What was decided is decided anew
/// at every look, and done as soon as a stable Pod is there.
/// </summary>
public static class CanaryReturn
{
    /// <summary>The wait in the place of a move.</summary>
    public static CanaryMove Hold(CanaryContext c, CanaryMove move)
    {
        var told = c.Status.Reason == CanaryReasons.StableUnavailable ? c.Status.Message! : CanaryText.Cut(
            $"{move.Status.Message} Traffic stays as it is until {c.Status.StableVersion}, which would get it, has an available Pod{(c.Workload(c.Status.StableVersion)?.Problem is { } problem ? $": {problem}" : "")}.", CanaryText.Message);
        var status = c.Status with { Analysis = move.Status.Analysis ?? c.Status.Analysis, Weights = c.Status.Weights! with { Verified = c.Serves(RouteTable.Of(c.Canary, c.Status)) } };
        return CanaryProgress.Hold(c, status, status.Phase, CanaryReasons.StableUnavailable, told, CanaryHealth.Stalled, [], CanaryPlanner.Poll) with
        {
            States = move.States.IsEmpty ? c.Seen.States : move.States,
        };
    }

    /// <summary>True when a move takes traffic from Pods that serve and gives it to a version without any.</summary>
    public static bool Waits(CanaryContext c, CanaryMove move) =>
        c.Status is { CanaryVersion: not null, Weights.Canary: > 0 }
        && move.Status.StableVersion == c.Status.StableVersion && move.Status.Weights is not { Canary: > 0 }
        && CanaryDefaults.StableReplicas(c.Spec) > 0 && c.Workload(c.Status.StableVersion) is not { Serving: > 0 }
        && CanaryArms.Of(c.Status).Any(arm => arm.Weight > 0 && c.Workload(arm.Version) is { Serving: > 0 });
}
