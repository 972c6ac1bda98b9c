using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>A canary under way: judge first, then traffic, then the step. Harm is acted upon in every waiting phase.</summary>
public static class CanaryProgress
{
    /// <summary>Decides for a canary under way.</summary>
    public static CanaryMove Decide(CanaryContext c)
    {
        if (Ending(c, out var judged) is { } ending)
            return ending;
        var held = c.Spec.Paused || Deleted(c);
        var before = c.Status.Weights ?? new();
        var wanted = (held ? before : CanaryRoutes.Wanted(c.Steps, c.Status)) with { Canary = CanaryTraffic.Wanted(c.Steps, c.Status) };
        if (held)
            wanted = wanted with { Canary = Math.Min(wanted.Canary, before.Canary) };
        var status = Weighted(c, wanted, judged);
        var move = (Deleted(c) ? null : CanaryConfirmation.Start(c, status, judged)) ?? Waiting(c, status, judged, wanted) ?? CanarySteps.Advance(c, status, judged);
        move = CanaryConfirmation.BeforeStepUp(c, status, judged, move);
        return move with { States = move.States.Count == 0 && move.Status.StepStartedAt == c.Status.StepStartedAt ? judged.States : move.States };
    }

    /// <summary>
    /// Something else stops the canary from going on. Harm and an abort still end it, dead Pods still lose their traffic (T1), and looks go on.
    /// </summary>
    public static CanaryMove Stand(CanaryContext c, string reason, string message, TimeSpan? again)
    {
        if (Ending(c, out var judged) is { } ending)
            return ending;
        var status = Weighted(c, c.Status.Weights ?? new(), judged);
        var next = judged.NextLook(c);
        var move = Hold(c, status, c.Status.Phase, reason, message, CanaryHealth.Stalled, [], again is { } look && !(next < look) ? look : next);
        return move with
        {
            States = judged.States,
            Requeue = status.Weights!.Verified ? move.Requeue : CanaryPlanner.Poll,
            Notes = c.Status.Reason == reason && c.Status.Message == message ? [] : [new(true, reason, message)],
        };
    }

    /// <summary>An abort or harm.</summary>
    private static CanaryMove? Ending(CanaryContext c, out CanaryJudgement judged)
    {
        judged = CanaryJudge.Judge(c);
        if (c.Commands(CanaryCommand.Abort))
            return CanaryEndings.Rollback(c, CanaryReasons.AbortedByUser, $"aborted by command {c.Command!.Id}.", null, null, c.Status.Analysis);
        return judged.Failed(MetricFailureAction.Rollback) is { } harm
            ? CanaryEndings.Rollback(c, harm.Reason, $"metric {harm.Name}: {harm.Message}", harm.Name, harm.Record, judged.Status) with { States = judged.States }
            : CanaryWebhooks.Rollback(c);
    }

    private static bool Deleted(CanaryContext c) => !c.Seen.Versions.TryGetValue(c.Status.CanaryVersion!, out var view) || view.Deleting;

    private static CanaryDeploymentStatus Weighted(CanaryContext c, CanaryWeights wanted, CanaryJudgement judged)
    {
        var (canary, replicas) = (c.Workload(c.Status.CanaryVersion), CanaryScale.Replicas(c.Spec, c.Status));
        var weight = CanaryTraffic.Allowed(wanted.Canary, c.Status.Weights?.Canary ?? 0, canary, replicas, c.Workload(c.Status.StableVersion));
        var routes = CanaryRoutes.Allowed(wanted, c.Status.Weights, canary, replicas);
        var status = c.Status with { Weights = routes with { Stable = 100 - weight, Canary = weight, Verified = false }, Analysis = judged.Status };
        return status with { Weights = status.Weights with { Verified = c.Serves(RouteTable.Of(c.Canary, status)) } };
    }

    /// <summary>Reasons to stay where we are, worst first.</summary>
    private static CanaryMove? Waiting(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, CanaryWeights wanted)
    {
        if (Deleted(c))
            return Hold(c, status, Resting(status), CanaryReasons.VersionDeleted,
                $"ModelVersion {status.CanaryVersion} was deleted in the middle of its canary: traffic is left as it is. Restore it, or name another version.",
                CanaryHealth.Stalled, [], judged.NextLook(c));
        if (WaitingForPods(c, status) is { } pods)
            return pods;
        if (status.Weights is { } weights && (weights.Canary != wanted.Canary || !CanaryRoutes.Same(weights, wanted) || !weights.Verified))
            return Hold(c, status, status.Phase == CanaryPhase.Promoting ? CanaryPhase.Promoting : CanaryPhase.Progressing, CanaryReasons.WaitForWeights,
                c.Seen.Gateways.FirstOrDefault(g => g.Error is not null) is { } bad
                    ? $"Gateway Pod {bad.Pod} has not taken {weights.Canary} % for {status.CanaryVersion}: {bad.Error}."
                    : string.Create(CultureInfo.InvariantCulture, $"The gateway is taking {wanted.Canary} % for {status.CanaryVersion}."),
                CanaryHealth.Progressing, [], CanaryPlanner.Poll);
        return Judged(c, status, judged);
    }

    private static CanaryMove? Judged(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged)
    {
        if (judged.Failed(MetricFailureAction.Pause) is { } failed && !c.Commands(CanaryCommand.Promote) && !c.Commands(CanaryCommand.Retry))
            return Rest(CanaryReasons.MetricFailed, $"metric {failed.Name}: ", $"{failed.Message} Commands: promote, retry, abort.");
        if (judged.Unavailable is { } outage)
            return Rest(CanaryReasons.MetricsUnavailable, $"metric {outage.Name}: ", $"{outage.Message} The canary goes on when the provider answers.");
        return c.Spec.Paused ? Rest(CanaryReasons.PausedByUser, "", "spec.paused is true; set it to false to go on.") : null;
        CanaryMove Rest(string reason, string subject, string message) =>
            Hold(c, status, Resting(status), reason, Steady(c, reason, subject, message), CanaryHealth.Paused, [], judged.NextLook(c));
    }

    private static CanaryMove? WaitingForPods(CanaryContext c, CanaryDeploymentStatus status)
    {
        var canary = c.Workload(status.CanaryVersion);
        var needed = CanaryScale.Replicas(c.Spec, status);
        if (canary is not null && canary.Available >= needed)
            return null;
        // Pods that were whole and are lost in the middle of a step get the whole deadline again: an evicted Pod is no failed version.
        var began = c.Status.Reason == CanaryReasons.WaitForPods ? status.PhaseStartedAt ?? c.Now : c.Now;
        var since = c.Now - began;
        var limit = TimeSpan.FromSeconds(c.Spec.ProgressDeadlineSeconds);
        var problem = canary?.Problem is { } text ? $": {text}" : "";
        var message = string.Create(CultureInfo.InvariantCulture, $"{canary?.Available ?? 0} of {needed} Pods of {status.CanaryVersion} are available{problem}.");
        return since > limit
            ? CanaryEndings.Rollback(c, CanaryReasons.ProgressDeadlineExceeded, $"{message} The deadline of {c.Spec.ProgressDeadlineSeconds} s is over.", null, null, status.Analysis)
            : Hold(c, status with { PhaseStartedAt = began }, status.Phase, CanaryReasons.WaitForPods, message, CanaryHealth.Progressing, [], limit - since + CanaryPlanner.Poll);
    }

    /// <summary>A promotion that has to wait stays a promotion: its weight and its replicas hang on the phase.</summary>
    internal static CanaryPhase Resting(CanaryDeploymentStatus status) => status.Phase == CanaryPhase.Promoting ? CanaryPhase.Promoting : CanaryPhase.Paused;

    /// <summary>The message of a wait that goes on: its numbers move with every look, which is not worth a write.</summary>
    internal static string Steady(CanaryContext c, string reason, string subject, string message) =>
        c.Status.Reason == reason && c.Status.Message is { } told && told.StartsWith(subject, StringComparison.Ordinal) ? told : subject + message;

    internal static CanaryMove Hold(
        CanaryContext c, CanaryDeploymentStatus status, CanaryPhase phase, string reason, string message, CanaryHealth health, CanaryNote[] notes, TimeSpan? requeue = null) =>
        new(status with { Phase = phase, Reason = reason, Message = message })
        {
            Health = health,
            Requeue = requeue,
            Notes = c.Status.Reason == reason ? [.. notes] : [.. notes, new(health is CanaryHealth.Paused or CanaryHealth.Stalled, reason, message)],
        };
}
