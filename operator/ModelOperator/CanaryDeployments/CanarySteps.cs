using ModelOperator.Api;
using System.Globalization;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>The steps: at most one is finished per decision, and its end is written before anything follows from it.</summary>
public static class CanarySteps
{
    private const string NoVerdict = "The analysis reached no verdict: ";

    /// <summary>Finishes the current step, or says what it waits for. Weights are in force and verified here.</summary>
    public static CanaryMove Advance(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged)
    {
        if (status.Phase == CanaryPhase.Promoting)
            return CanaryBake.Begin(c, status) ?? CanaryEndings.Promote(c, status.Analysis);
        if (status.Phase == CanaryPhase.Baking)
            return CanaryBake.Advance(c, status, judged);
        var index = status.StepIndex ?? 0;
        if (index >= c.Steps.Count)
            return BeginPromotion(c, status);
        var step = c.Steps[index];
        if (status.Experiment is not null && CanaryRoutes.Waits(step))
            return AbTestSteps.Advance(c, status, judged);
        if (CanaryConfirmation.IsPassed(c) && !c.Commands(CanaryCommand.Retry))
            return Next(c, status, $"Step {CanaryEndings.StepText(index, c.Steps.Count)}: done, and the next one may begin.", finding: judged.Strongest);
        if (c.CommandsNext && CanaryRoutes.Waits(step))
            return Next(c, status, $"Step {CanaryEndings.StepText(index, c.Steps.Count)}: passed by command {c.Command!.Id}.", finding: judged.Strongest);
        if (c.Commands(CanaryCommand.Retry) && (step.Analysis is not null || (CanaryRoutes.Waits(step) && judged.Failed(MetricFailureAction.Pause) is not null)))
            return Next(c, status, $"Step {CanaryEndings.StepText(index, c.Steps.Count)}: its analysis starts again by command {c.Command!.Id}.", index);
        if (CanaryRoutes.Told(step, c, status) is { } done)
            return Next(c, status, done);
        if (step.Pause is { } pause)
            return Timed(c, status, judged, TimeSpan.FromSeconds(pause.DurationSeconds));
        return step.Gate is { } gate ? Gate(c, status, judged, gate) : Analysis(c, status, judged, step.Analysis!);
    }

    private static CanaryMove Timed(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, TimeSpan length)
    {
        var left = (status.StepStartedAt ?? c.Now) + length - c.Now;
        if (left <= TimeSpan.Zero && judged.Unanswered is { } outage)
            return CanaryProgress.Unavailable(c, status, judged, outage);
        return left <= TimeSpan.Zero
            ? Next(c, status, $"The pause of {length.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s is over.", finding: judged.Strongest)
            : CanaryProgress.Hold(c, status, CanaryPhase.Progressing, CanaryReasons.StepPause,
                string.Create(CultureInfo.InvariantCulture, $"Step {status.Step}: pause of {length.TotalSeconds} s at {status.Weights!.Canary} %."),
                CanaryHealth.Progressing, [], Sooner(left, judged.NextLook(c)));
    }

    private static CanaryMove Gate(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, CanaryGate gate)
    {
        var left = (status.StepStartedAt ?? c.Now) + TimeSpan.FromSeconds(gate.TimeoutSeconds) - c.Now;
        var name = gate.Name is null ? "The gate" : $"Gate {gate.Name}";
        if (left > TimeSpan.Zero)
            return CanaryProgress.Hold(c, status, CanaryPhase.Paused, CanaryReasons.StepGate,
                string.Create(CultureInfo.InvariantCulture, $"{name} waits for the command \"promote <id>\" (or abort) until {UtcText.Of(c.Now + left)}, then: {gate.OnTimeout}."),
                CanaryHealth.Paused, [], Sooner(left, judged.NextLook(c)));
        return gate.OnTimeout == GateTimeoutAction.Promote
            ? Next(c, status, $"{name} was not answered in time and goes on by itself.", finding: judged.Strongest)
            : CanaryEndings.Rollback(c, CanaryReasons.GateTimedOut, $"{name} was not answered in {gate.TimeoutSeconds} s.", null, null, status.Analysis);
    }

    private static CanaryMove Analysis(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, CanaryAnalysisStep step)
    {
        var outcome = judged.Outcome;
        if (outcome.Verdict == Verdict.Successful)
            return Next(c, status, $"Step {status.Step}: {outcome.Message}", finding: judged.Strongest);
        var left = (status.StepStartedAt ?? c.Now) + TimeSpan.FromSeconds(step.MaxDurationSeconds) - c.Now;
        if (left > TimeSpan.Zero && IsOpen(outcome))
            return CanaryProgress.Hold(c, status, CanaryPhase.Progressing, CanaryReasons.StepAnalysis,
                $"Step {status.Step}: analysis {CanaryShadow.Share(c.Spec, status)}.", CanaryHealth.Progressing, [], Sooner(left, judged.NextLook(c)));
        return Undecided(c, status, judged, left <= TimeSpan.Zero);
    }

    /// <summary>True while looks may still bring a verdict.</summary>
    internal static bool IsOpen(AnalysisOutcome outcome) =>
        outcome.Reason != Reasons.NoDataLimitExceeded && outcome.Verdict is Verdict.Running or Verdict.Pending or Verdict.NoData or Verdict.Error;

    /// <summary>No verdict: what the metrics that have none ask for.</summary>
    internal static CanaryMove Undecided(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, bool late)
    {
        var outcome = judged.Outcome;
        var rollback = judged.Metrics.Any(m => !m.DryRun && m.OnInconclusive == MetricInconclusiveAction.Rollback
            && IsUndecided(judged.States.GetValueOrDefault(m.Name)?.Verdict ?? Verdict.Pending, late));
        return rollback
            ? CanaryEndings.Rollback(c, CanaryReasons.InconclusiveAnalysis, NoVerdict + outcome.Message, outcome.Metric, null, status.Analysis)
            : CanaryProgress.Hold(c, status, CanaryProgress.Resting(status), CanaryReasons.InconclusiveAnalysis, CanaryProgress.Steady(c, CanaryReasons.InconclusiveAnalysis, NoVerdict, $"{outcome.Message} Commands: promote, retry, abort."),
                CanaryHealth.Paused, [], judged.NextLook(c), judged.Strongest);
    }

    /// <summary>A metric that gave up is undecided at once, one that still measures only when the step's time is over.</summary>
    private static bool IsUndecided(Verdict verdict, bool late) => late ? verdict != Verdict.Successful : verdict is Verdict.Inconclusive or Verdict.NoData;

    internal static CanaryMove Next(CanaryContext c, CanaryDeploymentStatus status, string message, int? to = null, CanaryFinding? finding = null)
    {
        var next = to ?? (status.StepIndex ?? 0) + 1;
        return new(status with
        {
            Phase = CanaryPhase.Progressing,
            Reason = CanaryReasons.StepCompleted,
            Message = message,
            StepIndex = next,
            Step = CanaryEndings.StepText(next, c.Steps.Count),
            StepStartedAt = c.Now,
            PhaseStartedAt = c.Now,
            LastDecision = new CanaryDecision { Time = c.Now, Action = to is null ? "StepUp" : "Retry", Reason = CanaryReasons.StepCompleted, Message = message }.With(finding?.Name, finding?.Record),
        })
        {
            Requeue = TimeSpan.Zero,
            Notes = [new(false, CanaryReasons.StepCompleted, message)],
        };
    }

    /// <summary>Straight to the promotion by command; the watch after it stays.</summary>
    internal static CanaryMove SkipAll(CanaryContext c)
    {
        var message = $"All steps are skipped by command {c.Command!.Id}: {c.Status.CanaryVersion} takes all traffic.";
        return new(c.Status with
        {
            Phase = CanaryPhase.Promoting,
            Reason = CanaryReasons.PromotedInFull,
            Message = message,
            PhaseStartedAt = c.Now,
            StepsSkipped = CanaryReasons.PromotedInFull,
            LastDecision = new() { Time = c.Now, Action = "PromoteFull", Reason = CanaryReasons.PromotedInFull, Message = message },
        })
        {
            Requeue = TimeSpan.Zero,
            Notes = [new(false, CanaryReasons.PromotedInFull, message)],
        };
    }

    private static CanaryMove BeginPromotion(CanaryContext c, CanaryDeploymentStatus status)
    {
        var message = $"All steps are done: {status.CanaryVersion} takes all traffic.";
        return new(status with { Phase = CanaryPhase.Promoting, Reason = CanaryReasons.AllStepsCompleted, Message = message, PhaseStartedAt = c.Now })
        {
            Requeue = TimeSpan.Zero,
            Notes = [new(false, CanaryReasons.AllStepsCompleted, message)],
        };
    }

    internal static TimeSpan Sooner(TimeSpan left, TimeSpan? right) => right is { } r && r < left ? r : left;
}
