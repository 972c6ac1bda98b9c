using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>A canary under way: judge first, then traffic, then the step. Harm is acted upon in every waiting phase.</summary>
public static class CanaryProgress
{
    /// <summary>Decides for a canary under way.</summary>
    public static CanaryMove Decide(CanaryContext c)
    {
        var version = c.Status.CanaryVersion!;
        if (c.Commands(CanaryCommand.Abort))
            return CanaryEndings.Rollback(c, CanaryReasons.AbortedByUser, $"aborted by command {c.Command!.Id}.", null, null, c.Status.Analysis);
        if (!c.Seen.Versions.TryGetValue(version, out var view) || view.Deleting)
            return Hold(c, c.Status, CanaryPhase.Paused, CanaryReasons.VersionDeleted,
                $"ModelVersion {version} was deleted in the middle of its canary: traffic is left as it is. Restore it, or name another version.", CanaryHealth.Stalled, []);

        var judged = CanaryJudge.Judge(c);
        if (judged.Failed(MetricFailureAction.Rollback) is { } harm)
            return CanaryEndings.Rollback(c, harm.Reason, $"metric {harm.Name}: {harm.Message}", harm.Name, harm.Record, judged.Status) with { States = judged.States };

        var canary = c.Workload(version);
        var wanted = CanaryTraffic.Wanted(c.Steps, c.Status);
        var weight = CanaryTraffic.Allowed(
            wanted, c.Status.Weights?.Canary ?? 0, canary, CanaryDefaults.CanaryReplicas(c.Spec, c.Status.Phase), c.Workload(c.Status.StableVersion));
        var status = c.Status with { Weights = new() { Stable = 100 - weight, Canary = weight }, Analysis = judged.Status };
        var served = c.Serves(RouteTable.Of(c.Canary, status));
        status = status with { Weights = status.Weights with { Verified = served } };
        var move = Waiting(c, status, judged, wanted, canary) ?? CanarySteps.Advance(c, status, judged);
        return move with { States = move.States.Count == 0 && move.Status.StepStartedAt == c.Status.StepStartedAt ? judged.States : move.States };
    }

    /// <summary>Reasons to stay where we are, worst first.</summary>
    private static CanaryMove? Waiting(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, int wanted, WorkloadView? canary)
    {
        if (WaitingForPods(c, status, canary) is { } pods)
            return pods;
        if (status.Weights is { } weights && (weights.Canary != wanted || !weights.Verified))
            return Hold(c, status, status.Phase == CanaryPhase.Promoting ? CanaryPhase.Promoting : CanaryPhase.Progressing, CanaryReasons.WaitForWeights,
                c.Seen.Gateways.FirstOrDefault(g => g.Error is not null) is { } bad
                    ? $"Gateway Pod {bad.Pod} has not taken {weights.Canary} % for {status.CanaryVersion}: {bad.Error}."
                    : string.Create(CultureInfo.InvariantCulture, $"The gateway is taking {wanted} % for {status.CanaryVersion}."),
                CanaryHealth.Progressing, [], CanaryPlanner.Poll);
        if (judged.Failed(MetricFailureAction.Pause) is { } failed && !c.Commands(CanaryCommand.Promote))
            return Hold(c, status, CanaryPhase.Paused, CanaryReasons.MetricFailed,
                $"metric {failed.Name}: {failed.Message} Commands: promote, retry, abort.", CanaryHealth.Paused, [], judged.NextLook(c));
        if (judged.Unavailable is { } outage)
            return Hold(c, status, CanaryPhase.Paused, CanaryReasons.MetricsUnavailable,
                $"metric {outage.Name}: {outage.Message} The canary goes on when the provider answers.", CanaryHealth.Paused, [], judged.NextLook(c));
        return c.Spec.Paused
            ? Hold(c, status, CanaryPhase.Paused, CanaryReasons.PausedByUser, "spec.paused is true; set it to false to go on.", CanaryHealth.Paused, [], judged.NextLook(c))
            : null;
    }

    private static CanaryMove? WaitingForPods(CanaryContext c, CanaryDeploymentStatus status, WorkloadView? canary)
    {
        var needed = CanaryDefaults.CanaryReplicas(c.Spec, status.Phase);
        if (canary is not null && canary.Available >= needed)
            return null;
        var since = c.Now - (status.PhaseStartedAt ?? c.Now);
        var limit = TimeSpan.FromSeconds(c.Spec.ProgressDeadlineSeconds);
        var problem = canary?.Problem is { } text ? $": {text}" : "";
        var message = string.Create(CultureInfo.InvariantCulture, $"{canary?.Available ?? 0} of {needed} Pods of {status.CanaryVersion} are available{problem}.");
        return since > limit
            ? CanaryEndings.Rollback(c, CanaryReasons.ProgressDeadlineExceeded, $"{message} The deadline of {c.Spec.ProgressDeadlineSeconds} s is over.", null, null, status.Analysis)
            : Hold(c, status, status.Phase, CanaryReasons.WaitForPods, message, CanaryHealth.Progressing, [], limit - since + CanaryPlanner.Poll);
    }

    internal static CanaryMove Hold(
        CanaryContext c, CanaryDeploymentStatus status, CanaryPhase phase, string reason, string message, CanaryHealth health, CanaryNote[] notes, TimeSpan? requeue = null) =>
        new(status with { Phase = phase, Reason = reason, Message = message })
        {
            Health = health,
            Requeue = requeue,
            Notes = c.Status.Reason == reason ? [.. notes] : [.. notes, new(health is CanaryHealth.Paused or CanaryHealth.Stalled, reason, message)],
        };
}
