using ModelOperator.Api;
using System.Globalization;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>The measurement of an A/B test, until an arm wins, the control does, or the time is over. Traffic is in force and verified here; harm was looked at.</summary>
public static class AbTestSteps
{
    private const string Outage = "The A/B test goes on when they can be read: ";

    /// <summary>True while an A/B test is measured that the spec still asks for.</summary>
    public static bool IsMeasured(V1CanaryDeployment canary) =>
        canary.Status is { CanaryVersion: not null, StableVersion: not null, Experiment: { } test, Weights: { Canary: > 0, Verified: true }, StepIndex: 1 } status
        && status.Phase != CanaryPhase.Promoting && test.Key == AbTestKey.Of(canary.Spec);

    /// <summary>When the next look is due; sooner after a failed one.</summary>
    public static DateTimeOffset NextAt(CanaryDeploymentSpec spec, AbTestLook look)
    {
        var interval = TimeSpan.FromSeconds(spec.Analysis?.IntervalSeconds ?? 60);
        return look.At + (look.Problem is not null && MetricProgress.ErrorRetry < interval ? MetricProgress.ErrorRetry : interval);
    }

    /// <summary>Decides.</summary>
    public static CanaryMove Advance(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged)
    {
        var spec = c.Spec.Strategy!.AbTest!;
        var test = status.Experiment! with { GatewayPods = Math.Max(status.Experiment!.GatewayPods, c.Spec.Gateway?.Replicas ?? 1) };
        if (c.Commands(CanaryCommand.Promote))
        {
            test = test with { Winner = CanaryArms.Promoted(status with { Experiment = test }).Name };
            return Promote(c, status with { Experiment = test }, CanaryReasons.AllStepsCompleted, $"Arm {test.Winner} is promoted by command {c.Command!.Id}.");
        }

        if (c.Commands(CanaryCommand.Retry))
            return CanarySteps.Next(c, status with { Experiment = test with { Winner = null, Metrics = null, LastMeasuredAt = null } },
                $"The A/B test is measured again from the beginning by command {c.Command!.Id}.", status.StepIndex);
        var finding = c.Seen.Experiment is { Problem: null } look && test.Winner is null ? AbTestJudge.Judge(spec, look, test.GatewayPods) : null;
        if (finding is not null)
            test = AbTestRows.Noted(test, finding, c.Seen.Experiment!, c.Now, IsTime(c, spec.MinDurationSeconds));
        status = status with { Experiment = test };
        if (test.Winner is { } winner)
            return Won(c, status, judged, spec, winner);
        if (c.Seen.Experiment?.Problem is { } problem)
            return Rest(c, status, judged, CanaryReasons.MetricsUnavailable, Outage, problem);
        if (finding is not null && IsTime(c, spec.MinDurationSeconds) && finding.ControlWins)
            return CanaryEndings.Conclude(c, status, CanaryReasons.ControlWon, $"Every arm is worse than {test.Arms[0].Name} by {spec.Metrics[0].Name}: {c.Status.StableVersion} stays.");
        return finding is not null && IsTime(c, spec.MaxDurationSeconds)
            ? CanaryEndings.Conclude(c, status, CanaryReasons.NoWinner, string.Create(CultureInfo.InvariantCulture,
                $"No arm is shown to be better than {test.Arms[0].Name} by {spec.Metrics[0].Name} in {spec.MaxDurationSeconds} s with {finding.Least} users in the smallest arm (minSamples {spec.MinSamples}): {c.Status.StableVersion} stays."))
            : Measuring(c, status, judged, spec);
    }

    private static CanaryMove Measuring(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, AbTest spec)
    {
        var end = (status.StepStartedAt ?? c.Now) + TimeSpan.FromSeconds(spec.MaxDurationSeconds);
        return CanaryProgress.Hold(c, status, CanaryPhase.Progressing, CanaryReasons.StepExperiment, string.Create(CultureInfo.InvariantCulture,
            $"A/B test of {string.Join(", ", status.Experiment!.Arms.Skip(1).Select(arm => arm.Name))} beside {status.Experiment.Arms[0].Name} until {UtcText.Of(end)} at the latest; the numbers are in status.experiment."),
            CanaryHealth.Progressing, [], Next(c, judged));
    }

    private static CanaryMove Won(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, AbTest spec, string winner)
    {
        var message = $"Arm {winner} ({CanaryArms.Promoted(status).Version}) is better than {status.Experiment!.Arms[0].Name} by {spec.Metrics[0].Name}";
        // A promotion that waits for a webhook or a cleaner grid was decided upon before.
        return spec.AutoPromote || CanaryGateReasons.Hold(c.Status.Reason)
            ? Promote(c, status, CanaryReasons.WinnerFound, message + ".")
            : Rest(c, status, judged, CanaryReasons.WinnerFound, message, "; give the command \"promote <id>\" or \"abort <id>\".");
    }

    private static CanaryMove Promote(CanaryContext c, CanaryDeploymentStatus status, string reason, string message) =>
        new(status with { Phase = CanaryPhase.Promoting, Reason = reason, Message = message, PhaseStartedAt = c.Now })
        {
            Requeue = TimeSpan.Zero,
            Notes = [new(false, reason, message)],
        };

    private static CanaryMove Rest(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, string reason, string subject, string message) =>
        CanaryProgress.Hold(c, status, CanaryPhase.Paused, reason, CanaryProgress.Steady(c, reason, subject, message), CanaryHealth.Paused, [], Next(c, judged));

    private static bool IsTime(CanaryContext c, int seconds) => c.Now - (c.Status.StepStartedAt ?? c.Now) >= TimeSpan.FromSeconds(seconds);

    private static TimeSpan Next(CanaryContext c, CanaryJudgement judged)
    {
        var own = c.Seen.Experiment is { } look && NextAt(c.Spec, look) > c.Now ? NextAt(c.Spec, look) - c.Now : CanaryPlanner.Poll;
        return judged.NextLook(c) is { } other && other < own ? other : own;
    }
}
