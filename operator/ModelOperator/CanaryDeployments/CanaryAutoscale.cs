using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Decides the stable version's replicas and puts them in the status. On the way to zero the gateway holds requests before the last Pod goes, and on the way back until the first is
/// there, so that none is sent where nobody is.
/// </summary>
public static class CanaryAutoscale
{
    private static readonly TimeSpan BusyLook = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(15);

    /// <summary>Most replicas that a version is started with, when many wait for it.</summary>
    private const int AtFirst = 4;

    /// <summary>A request that came this recently wakes a version even if its client has given up since.</summary>
    private static readonly TimeSpan JustAsked = TimeSpan.FromSeconds(10);

    /// <summary>Adds the replicas to a move, with an event when the last goes or the first comes.</summary>
    internal static CanaryMove Settle(CanaryContext c, CanaryMove move)
    {
        var (autoscale, old) = (c.Spec.Server?.Autoscale, c.Status.Autoscale);
        if ((autoscale is null && old is null) || c.Spec.Suspend || move.Status.StableVersion is null || move.Status.Reason is CanaryReasons.InvalidSpec or CanaryReasons.ServiceConflict)
            return move;
        var serves = c.Workload(move.Status.StableVersion) is { Serving: > 0 };
        if (autoscale is null)
            // Nobody asks for it any more, and nobody's request is lost for that.
            return move with { Status = move.Status with { Autoscale = old is { Holding: true } && !serves ? old with { Replicas = CanaryDefaults.StableReplicas(c.Spec), ScaledAt = old.Replicas == 0 ? c.Now : old.ScaledAt } : null } };
        var next = old switch
        {
            null => new() { Replicas = CanaryDefaults.StableReplicas(c.Spec) },
            { Replicas: 0 } => Wakes(c, move, autoscale) ? old with { Replicas = Math.Min(Wanted(c, autoscale, 1), Math.Max(AtFirst, autoscale.MinReplicas)) } : old,
            _ => Awake(c, move, autoscale, old, serves),
        };
        if (old is not null && next.Replicas != old.Replicas)
            next = next with { ScaledAt = c.Now };
        return Finished(c, move with { Status = move.Status with { Autoscale = next } }, autoscale, old, next);
    }

    /// <summary>True while a version that was scaled to zero has as much time to start as requests wait for it.</summary>
    internal static bool Starts(CanaryContext c) =>
        c.Status.Autoscale is { Holding: true, Replicas: > 0, ScaledAt: { } at } && c.Now - at <= TimeSpan.FromSeconds(c.Spec.Server?.Autoscale?.HoldSeconds ?? 60);

    /// <summary>True when it did not: who asked has waited in vain.</summary>
    internal static bool IsLate(CanaryContext c) => c.Status.Autoscale is { Holding: true, Replicas: > 0 } && !Starts(c);

    /// <summary>What is told of a version that serves, or has no replicas because nobody asks. That the canary before was rolled back is told all the same.</summary>
    internal static (string Reason, string Message) Told(CanaryContext c, CanaryDeploymentStatus status, string reason, string message)
    {
        if (status.Autoscale is not { Replicas: 0 } || c.Spec.Server?.Autoscale is not { } autoscale || reason is not (CanaryReasons.Serving or CanaryReasons.RolledBack))
            return (reason, message);
        var asleep = string.Create(CultureInfo.InvariantCulture, $"{status.StableVersion} is scaled to zero: no requests for {autoscale.IdleSeconds} s. The gateway holds the next ones until it has started.");
        return reason == CanaryReasons.Serving ? (CanaryReasons.ScaledToZero, asleep) : (reason, $"{message} {asleep}");
    }

    private static bool Wakes(CanaryContext c, CanaryMove move, ServerAutoscale autoscale) =>
        autoscale.MinReplicas > 0 || move.Status.CanaryVersion is not null || c.Seen.Load is { Held: > 0 } || (c.Seen.Load is { Asked: true, Idle: var idle } && idle < JustAsked);

    private static CanaryAutoscaleStatus Awake(CanaryContext c, CanaryMove move, ServerAutoscale autoscale, CanaryAutoscaleStatus old, bool serves)
    {
        if (IsIdle(c, move, autoscale))
            // The gateway holds requests first, and says so; then the Pods go.
            return old is { Holding: true } ? c.Serves(RouteTable.Of(c.Canary, move.Status)) ? old with { Replicas = 0 } : old : old with { Holding = true };
        // Before the first one is there nobody knows what one can do.
        if (old.Holding == true && !serves)
            return old;
        return old with { Replicas = CanaryAutoscaler.Next(autoscale, old.Replicas, Wanted(c, autoscale, old.Replicas), c.Seen.Load, c.Now - old.ScaledAt), Holding = null };
    }

    private static int Wanted(CanaryContext c, ServerAutoscale autoscale, int now) => c.Seen.Load is { } load ? CanaryAutoscaler.Wanted(autoscale, now, load) : Math.Max(now, autoscale.MinReplicas);

    /// <summary>Nothing is under way, nobody asks, everybody says so, and the version can be started again as it is.</summary>
    private static bool IsIdle(CanaryContext c, CanaryMove move, ServerAutoscale autoscale) =>
        autoscale.MinReplicas == 0 && IsAtRest(c, move)
        && c.Workload(move.Status.StableVersion) is { Serving: > 0, Stuck: null }
        && c.Seen.Load is { Answered: true, Held: 0, InFlight: 0, Idle: var idle } && idle >= TimeSpan.FromSeconds(autoscale.IdleSeconds);

    /// <summary>The stable version has all traffic, and has had it: as asked for, or after a rollback until somebody names another version.</summary>
    private static bool IsAtRest(CanaryContext c, CanaryMove move) => move.Status.CanaryVersion is null && (move.Status.Phase, c.Status.Phase) switch
    {
        (CanaryPhase.Healthy, CanaryPhase.Healthy) => move.Health == CanaryHealth.Ready,
        (CanaryPhase.Degraded, CanaryPhase.Degraded) => (move.Status.Reason, c.Status.Reason) is (CanaryReasons.RolledBack, CanaryReasons.RolledBack),
        _ => false,
    };

    private static CanaryMove Finished(CanaryContext c, CanaryMove move, ServerAutoscale autoscale, CanaryAutoscaleStatus? old, CanaryAutoscaleStatus next)
    {
        var stable = move.Status.StableVersion;
        if (old is { Replicas: > 0 } && next.Replicas == 0)
            move = move with { Notes = move.Notes.Add(new(false, CanaryReasons.ScaledToZero, string.Create(CultureInfo.InvariantCulture, $"{stable} has had no requests for {autoscale.IdleSeconds} s and is scaled to zero."))) };
        if (old is { Replicas: 0 } && next.Replicas > 0)
            move = move with { Notes = move.Notes.Add(new(false, CanaryReasons.ScaledFromZero, $"{stable} is started: {(c.Seen.Load is { Held: > 0 } ? "requests wait for it" : move.Status.CanaryVersion is { } canary ? $"the canary of {canary} needs it" : "it is asked for")}.")) };
        // Asleep, the gateways are waited upon; else somebody has to look.
        var look = next == old && next.Replicas == 0 ? (TimeSpan?)null
            : next.Holding == true || next != old ? CanaryPlanner.Poll
            : c.Seen.Load is { InFlight: 0, RecentRequestsPerSecond: 0 } ? IdleLook : BusyLook;
        var wanted = next.Replicas > 0 && c.Seen.Load is { Answered: true } load ? CanaryAutoscaler.Wanted(autoscale, next.Replicas, load) : (int?)null;
        return move with { Wanted = wanted, Requeue = look is { } soon ? CanarySteps.Sooner(soon, move.Requeue) : move.Requeue };
    }
}
