using ModelOperator.Api;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// The watch after the switch: the new version has all traffic, the old one keeps its full size and stays what status.stableVersion says, so that harm, an abort
/// and a newer version swap back by one status write. The promotion is at its end.
/// </summary>
public static class CanaryBake
{
    /// <summary>How long the watch lasts, and whether verdicts of all metrics end it before; null when the spec asks for none.</summary>
    public static (TimeSpan Length, bool EndsWithVerdicts)? Of(CanaryDeploymentSpec spec) => spec.Strategy switch
    {
        { BlueGreen: { } blueGreen } => blueGreen.PostPromotionAnalysis is { } analysis ? (TimeSpan.FromSeconds(analysis.MaxDurationSeconds), true) : null,
        { BakeTimeSeconds: { } seconds } => (TimeSpan.FromSeconds(seconds), false),
        _ => null,
    };

    /// <summary>Begins the watch; null when there is none.</summary>
    public static CanaryMove? Begin(CanaryContext c, CanaryDeploymentStatus status, string action = "Bake")
    {
        if (Of(c.Spec) is not { } bake || status.StepsSkipped == CanaryReasons.FastRollback)
            return null;
        var message = $"{status.CanaryVersion} has all traffic and is watched until {UtcText.Of(c.Now + bake.Length)}; {status.StableVersion} is kept at full size.";
        return new(status with
        {
            Phase = CanaryPhase.Baking,
            Reason = CanaryReasons.Baking,
            Message = message,
            StepStartedAt = c.Now,
            PhaseStartedAt = c.Now,
            LastDecision = new() { Time = c.Now, Action = action, Reason = CanaryReasons.Baking, Message = message },
        })
        {
            Requeue = TimeSpan.Zero,
            Notes = [new(false, CanaryReasons.Baking, message)],
        };
    }

    /// <summary>Ends the watch, or says what it waits for. All traffic is confirmed and no metric speaks against it here.</summary>
    public static CanaryMove Advance(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged)
    {
        if (Of(c.Spec) is not { } bake || c.CommandsNext)
            return CanaryEndings.Promote(c, status.Analysis, judged.Strongest);
        if (c.Commands(CanaryCommand.Retry))
            return Begin(c, status, "Retry")!;
        var until = (status.StepStartedAt ?? c.Now) + bake.Length;
        var left = until - c.Now;
        var outcome = judged.Outcome;
        var passed = outcome.Verdict == Verdict.Successful || judged.Metrics.All(m => m.DryRun);
        if (passed && (bake.EndsWithVerdicts || left <= TimeSpan.Zero))
            return CanaryEndings.Promote(c, status.Analysis, judged.Strongest);
        if (left > TimeSpan.Zero && (!bake.EndsWithVerdicts || CanarySteps.IsOpen(outcome)))
            return CanaryProgress.Hold(c, status, CanaryPhase.Baking, CanaryReasons.Baking,
                $"{status.CanaryVersion} has all traffic and is watched until {UtcText.Of(until)}; {status.StableVersion} is kept at full size. Commands: promote, abort.",
                CanaryHealth.Progressing, [], CanarySteps.Sooner(left, judged.NextLook(c)));
        return CanarySteps.Undecided(c, status, judged, left <= TimeSpan.Zero);
    }

    /// <summary>The stable version has no traffic any more: the end and the length of the time that its numbers are taken from; null while it has.</summary>
    public static (DateTimeOffset End, TimeSpan Window)? Baseline(V1CanaryDeployment canary)
    {
        if (canary.Status is not { Phase: CanaryPhase.Baking, StepStartedAt: { } end } status)
            return null;
        var canaries = end - (status.CanaryStartedAt ?? end);
        return (end, Of(canary.Spec) is { } bake && bake.Length > canaries ? bake.Length : canaries);
    }

    /// <summary>Says in the status until when the watch lasts.</summary>
    public static CanaryMove Stamp(CanaryContext c, CanaryMove move) => move with
    {
        Status = move.Status with
        {
            BakeUntil = move.Status is { Phase: CanaryPhase.Baking, StepStartedAt: { } began } && Of(c.Spec) is { } bake ? began + bake.Length : null,
        },
    };
}
