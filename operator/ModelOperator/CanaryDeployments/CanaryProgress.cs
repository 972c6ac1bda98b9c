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
        if (c.Commands(CanaryCommand.PromoteFull) && c.Status.Experiment is null && !CanaryDefaults.TakesAll(c.Status.Phase) && !c.IsPaused && !Deleted(c))
            return CanarySteps.SkipAll(c) with { States = judged.States };
        var (wanted, routes) = (CanaryArms.Wanted(c), CanaryRoutes.Wanted(c.Steps, c.Status));
        if (c.IsPaused || Deleted(c))
            (wanted, routes) = ([.. wanted.Zip(Set(c.Status), Math.Min)], c.Status.Weights ?? new());
        var status = Weighted(c, wanted, routes, judged);
        var move = (Deleted(c) ? null : CanaryConfirmation.Start(c, status, judged)) ?? Waiting(c, status, judged, wanted, routes) ?? CanarySteps.Advance(c, status, judged);
        move = CanaryConfirmation.BeforeStepUp(c, status, judged, move);
        return move with { Aim = wanted.Sum(), States = move.States.Count == 0 && move.Status.StepStartedAt == c.Status.StepStartedAt ? judged.States : move.States };
    }

    /// <summary>
    /// Something else stops the canary from going on. Harm and an abort still end it, dead Pods still lose their traffic (T1), and looks go on.
    /// </summary>
    public static CanaryMove Stand(CanaryContext c, string reason, string message, TimeSpan? again)
    {
        if (Ending(c, out var judged) is { } ending)
            return ending;
        var status = Weighted(c, Set(c.Status), c.Status.Weights ?? new(), judged);
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

    private static bool Deleted(CanaryContext c) => Missing(c) is not null;

    private static string? Missing(CanaryContext c) => CanaryArms.Versions(c.Status).FirstOrDefault(version => !c.Seen.Versions.TryGetValue(version, out var view) || view.Deleting);

    private static int[] Set(CanaryDeploymentStatus status) => [.. CanaryArms.Of(status).Select(arm => arm.Weight)];

    private static CanaryDeploymentStatus Weighted(CanaryContext c, IReadOnlyList<int> wanted, CanaryWeights routes, CanaryJudgement judged)
    {
        var status = CanaryRoutes.With(c, CanaryArms.Weighted(c, wanted), routes) with { Analysis = judged.Status };
        var whole = CanaryArms.Needed(c.Status).All(arm => CanaryArms.IsWhole(c, arm, wanted.Sum()));
        return status with
        {
            Weights = status.Weights! with { Verified = c.Serves(RouteTable.Of(c.Canary, status)) },
            Shortage = CanaryShortage.Next(c.Status.Shortage, whole, TimeSpan.FromSeconds(c.Spec.ProgressDeadlineSeconds), c.Now),
        };
    }

    /// <summary>Reasons to stay where we are, worst first.</summary>
    private static CanaryMove? Waiting(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, IReadOnlyList<int> wanted, CanaryWeights routes)
    {
        if (Deleted(c))
            return Hold(c, status, Resting(status), CanaryReasons.VersionDeleted,
                $"ModelVersion {Missing(c)} was deleted in the middle of its canary: traffic is left as it is. Restore it, or name another version.",
                CanaryHealth.Stalled, [], judged.NextLook(c));
        if (WaitingForPods(c, status, judged, wanted.Sum()) is { } pods)
            return pods;
        if (CanaryBlueGreen.Turning(c, status) is { } turning)
            return Hold(c, status, status.Phase, CanaryReasons.WaitForPods, turning, CanaryHealth.Progressing, [], CanaryPlanner.Poll);
        if (status.Weights is { } weights && (!weights.Verified || !Set(status).SequenceEqual(wanted) || !CanaryRoutes.Same(weights, routes)))
            return WaitingForWeights(c, status, weights, wanted.Sum());
        return Judged(c, status, judged);
    }

    private static CanaryMove WaitingForWeights(CanaryContext c, CanaryDeploymentStatus status, CanaryWeights weights, int wanted)
    {
        var since = c.Status.Reason == CanaryReasons.WaitForWeights ? c.Status.PhaseStartedAt ?? c.Now : c.Now;
        return Hold(c, status with { PhaseStartedAt = since }, CanaryDefaults.TakesAll(status.Phase) ? status.Phase : CanaryPhase.Progressing, CanaryReasons.WaitForWeights,
            c.Seen.Gateways.FirstOrDefault(g => g.Error is not null) is { } bad
                ? $"Gateway Pod {bad.Pod} has not taken {weights.Canary} % for {status.CanaryVersion}: {bad.Error}."
                : string.Create(CultureInfo.InvariantCulture, $"The {(c.Seen.Router is null ? "gateway" : "router")} is taking {wanted} % for {status.CanaryVersion}.{(c.Seen.Router is { } router ? " " + router.Doubt : "")}"),
            CanaryPlanner.IsLate(c, since) ? CanaryHealth.Stalled : CanaryHealth.Progressing, [], CanaryPlanner.Poll);
    }

    private static CanaryMove? Judged(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged)
    {
        if (judged.Failed(MetricFailureAction.Pause) is { } failed && !c.CommandsNext && !c.Commands(CanaryCommand.Retry))
            return Rest(CanaryReasons.MetricFailed, $"metric {failed.Name}: ", $"{failed.Message} Commands: promote, retry, abort.", failed);
        if (judged.Unavailable is { } outage && !c.Commands(CanaryCommand.Skip) && CanaryMeasurements.Looks(c.Spec, status))
            return Unavailable(c, status, judged, outage);
        return c.IsPaused
            ? Rest(CanaryReasons.PausedByUser, "", c.Spec.Paused ? "spec.paused is true; set it to false to go on." : "Paused by command; the command \"resume <id>\" goes on.")
            : null;
        CanaryMove Rest(string reason, string subject, string message, CanaryFinding? finding = null) =>
            Hold(c, status, Resting(status), reason, Steady(c, reason, subject, message), CanaryHealth.Paused, [], judged.NextLook(c), finding);
    }

    /// <summary>A metric that decides gives no answer, which is never good news.</summary>
    internal static CanaryMove Unavailable(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, CanaryFinding outage) => Hold(
        c, status, Resting(status), CanaryReasons.MetricsUnavailable,
        Steady(c, CanaryReasons.MetricsUnavailable, $"metric {outage.Name}: ", $"{outage.Message} The canary goes on when the provider answers."), CanaryHealth.Paused, [], judged.NextLook(c), outage);

    private static CanaryMove? WaitingForPods(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, int wanted)
    {
        if (status.Shortage is not { Since: not null } shortage)
            return null;
        var missing = CanaryArms.Needed(status).FirstOrDefault(arm => !CanaryArms.IsWhole(c, arm, wanted)) ?? CanaryArms.Promoted(status);
        var canary = c.Workload(missing.Version);
        var needed = CanaryArms.Replicas(c.Spec, status, missing, wanted);
        var since = shortage.Total(c.Now);
        var limit = TimeSpan.FromSeconds(c.Spec.ProgressDeadlineSeconds);
        var problem = canary?.Problem is { } text ? $": {text}" : "";
        var message = string.Create(CultureInfo.InvariantCulture, $"{canary?.Available ?? 0} of {needed} Pods of {missing.Version} are available{problem}.");
        return since > limit
            ? CanaryEndings.Rollback(c, CanaryReasons.ProgressDeadlineExceeded, $"{message} The deadline of {c.Spec.ProgressDeadlineSeconds} s is over.", null, null, status.Analysis)
            : Hold(c, status, status.Phase, CanaryReasons.WaitForPods, message, CanaryHealth.Progressing, [],
                status.Weights!.Verified ? CanarySteps.Sooner(limit - since + CanaryPlanner.Poll, CanaryMeasurements.IsMeasured(c.Spec, status) ? judged.NextLook(c) : null) : CanaryPlanner.Poll);
    }

    /// <summary>A promotion that has to wait stays a promotion: its weight and its replicas hang on the phase.</summary>
    internal static CanaryPhase Resting(CanaryDeploymentStatus status) => CanaryDefaults.TakesAll(status.Phase) ? status.Phase : CanaryPhase.Paused;

    /// <summary>The message of a wait that goes on: its numbers move with every look, which is not worth a write.</summary>
    internal static string Steady(CanaryContext c, string reason, string subject, string message) =>
        c.Status.Reason == reason && c.Status.Message is { } told && told.StartsWith(subject, StringComparison.Ordinal) ? told : subject + message;

    internal static CanaryMove Hold(
        CanaryContext c, CanaryDeploymentStatus status, CanaryPhase phase, string reason, string message, CanaryHealth health, CanaryNote[] notes, TimeSpan? requeue = null, CanaryFinding? finding = null) =>
        new(status with
        {
            Phase = phase,
            Reason = reason,
            Message = message,
            LastDecision = health != CanaryHealth.Paused || c.Status.Reason == reason ? status.LastDecision
                : new CanaryDecision { Time = c.Now, Action = "Pause", Reason = reason, Message = message }.With(finding?.Name, finding?.Record),
        })
        {
            Health = health,
            Requeue = requeue,
            Notes = c.Status.Reason == reason ? [.. notes] : [.. notes, new(health is CanaryHealth.Paused or CanaryHealth.Stalled, reason, message)],
        };
}
