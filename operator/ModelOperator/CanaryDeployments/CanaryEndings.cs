using System.Globalization;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>How a canary begins and ends: each is one status write, and everything else follows from that status.</summary>
public static class CanaryEndings
{
    /// <summary>Action of a decision that ended an A/B test without a winner.</summary>
    public const string Concluded = "Conclude";

    /// <summary>Action of a decision that promoted a version.</summary>
    public const string Promoted = "Promote";

    /// <summary>Begins the canary of the target; one that was under way is superseded first.</summary>
    public static CanaryMove Start(CanaryContext c)
    {
        var superseded = c.Status.CanaryVersion;
        var experiment = AbTestOf(c);
        var message = $"Canary of {c.Target} beside {c.Status.StableVersion} began.";
        return new(c.Status with
        {
            Phase = CanaryPhase.Progressing,
            Reason = CanaryReasons.CanaryStarted,
            Message = message,
            CanaryVersion = c.Target,
            RejectedVersion = null,
            // A version that comes back before its Pods are gone keeps them.
            Retiring = CanaryRetirement.Without(
                superseded is null ? c.Status.Retiring : CanaryRetirement.Add(c.Status, CanaryArms.Versions(c.Status)), [c.Target, .. experiment?.Arms.Select(arm => arm.Version) ?? []]),
            Experiment = experiment,
            StepIndex = 0,
            Step = StepText(0, c.Steps.Count),
            StepStartedAt = c.Now,
            PhaseStartedAt = c.Now,
            CanaryStartedAt = c.Now,
            StepsSkipped = null,
            Analysis = null,
            Weights = new() { Stable = 100, Canary = 0, Verified = false },
            LastDecision = new() { Time = c.Now, Action = "Start", Reason = CanaryReasons.CanaryStarted, Message = message },
            History = superseded is null ? c.Status.History : CanaryHistory.Add(c.Status.History, Outcome(c, superseded, "Superseded", CanaryReasons.Superseded, null)),
        })
        {
            Requeue = CanaryPlanner.Poll,
            Notes = [new(false, CanaryReasons.CanaryStarted, message)],
        };
    }

    /// <summary>The A/B test that begins, without traffic for any arm but the control.</summary>
    private static AbTestStatus? AbTestOf(CanaryContext c) => c.Spec.Strategy?.AbTest is not { } test ? null : new()
    {
        Key = AbTestKey.Of(c.Spec)!,
        Cohort = test.Cohort,
        Events = [.. AbTestDefaults.Events(test)],
        GatewayPods = c.Spec.Gateway?.Replicas ?? 1,
        Arms = [.. test.Arms.Select((arm, i) => new AbTestArmStatus { Name = arm.Name, Version = arm.VersionRef.Name, Share = arm.Weight, Weight = i == 0 ? 100 : 0 })],
    };

    /// <summary>Ends the canary because the target went back to the stable version.</summary>
    public static CanaryMove Supersede(CanaryContext c, string why)
    {
        var version = c.Status.CanaryVersion!;
        return new(c.Status with
        {
            Phase = CanaryPhase.RollingBack,
            Reason = CanaryReasons.Superseded,
            Message = why,
            CanaryVersion = null,
            Retiring = CanaryRetirement.Add(c.Status, CanaryArms.Versions(c.Status)),
            Experiment = CanaryArms.Ended(c.Status.Experiment, c.Status.StableVersion),
            StepIndex = null,
            Step = null,
            StepStartedAt = null,
            PhaseStartedAt = c.Now,
            Weights = new() { Stable = 100, Canary = 0, Verified = false },
            LastDecision = new() { Time = c.Now, Action = "Rollback", Reason = CanaryReasons.Superseded, Message = why },
            History = CanaryHistory.Add(c.Status.History, Outcome(c, version, "Superseded", CanaryReasons.Superseded, null)),
        })
        {
            Requeue = CanaryPlanner.Poll,
            Notes = [new(false, CanaryReasons.Superseded, why)],
        };
    }

    /// <summary>Rolls back: sticky until the version changes or a retry command comes.</summary>
    public static CanaryMove Rollback(CanaryContext c, string reason, string message, string? metric, DecisionRecord? record, CanaryAnalysisStatus? analysis)
    {
        var version = c.Status.CanaryVersion!;
        return new(c.Status with
        {
            Phase = CanaryPhase.RollingBack,
            Reason = reason,
            Message = message,
            CanaryVersion = null,
            RejectedVersion = version,
            Retiring = CanaryRetirement.Add(c.Status, CanaryArms.Versions(c.Status), aborted: true),
            Experiment = CanaryArms.Ended(c.Status.Experiment, c.Status.StableVersion),
            PhaseStartedAt = c.Now,
            Analysis = analysis,
            Weights = new() { Stable = 100, Canary = 0, Verified = false },
            LastDecision = new CanaryDecision { Time = c.Now, Action = "Rollback", Reason = reason, Message = message }.With(metric, record),
            History = CanaryHistory.Add(c.Status.History, Outcome(c, version, "RolledBack", reason, metric)),
        })
        {
            Requeue = CanaryPlanner.Poll,
            Notes = [new(true, CanaryReasons.RolledBack, $"{version} is rolled back to {c.Status.StableVersion}: {message}")],
        };
    }

    /// <summary>Ends an A/B test in which no arm won: the stable version stays, and nothing is wrong. Sticky as a rollback.</summary>
    public static CanaryMove Conclude(CanaryContext c, CanaryDeploymentStatus status, string reason, string message)
    {
        var ended = Rollback(c with { Status = c.Status with { Experiment = status.Experiment } }, reason, message, c.Spec.Strategy!.AbTest!.Metrics[0].Name, null, status.Analysis);
        return ended with
        {
            Status = ended.Status with
            {
                LastDecision = ended.Status.LastDecision! with { Action = Concluded },
                History = [.. ended.Status.History!.SkipLast(1), ended.Status.History![^1] with { Outcome = "Concluded" }],
            },
            Notes = [new(false, reason, message)],
        };
    }

    /// <summary>Ends the canary as the new stable version.</summary>
    /// <param name="c">What is known.</param>
    /// <param name="analysis">The verdicts, which stay in the status.</param>
    /// <param name="finding">What the end of the watch rests on; without one it is what the last step rested on.</param>
    public static CanaryMove Promote(CanaryContext c, CanaryAnalysisStatus? analysis, CanaryFinding? finding = null)
    {
        var version = CanaryArms.Promoted(c.Status).Version;
        // A person may promote an arm that nothing is shown about.
        var reason = c.Status.Experiment is not { } test ? c.Status.StepsSkipped ?? CanaryReasons.AllStepsCompleted
            : test.Metrics?.FirstOrDefault(row => row.Arm == test.Winner) is { Verdict: AbTestJudge.Better } ? CanaryReasons.WinnerFound : CanaryReasons.Promoted;
        var message = $"{version} is promoted; {c.Status.StableVersion} goes after {CanaryDefaults.ScaleDownDelay(c.Spec).TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.";
        var decision = (finding is null && c.Status.LastDecision is { Action: "StepUp" } step ? step : new CanaryDecision { Action = Promoted, Reason = reason }.With(finding?.Name, finding?.Record))
            with
        { Time = c.Now, Action = Promoted, Reason = reason, Message = message };
        decision = Numbers(c.Status.Experiment, decision);
        return new(c.Status with
        {
            Phase = CanaryPhase.Healthy,
            Reason = CanaryReasons.Promoted,
            Message = message,
            StableVersion = version,
            CanaryVersion = null,
            // An arm won that versionRef does not name: what it names is not tried again by itself.
            RejectedVersion = version == c.Status.CanaryVersion ? null : c.Status.CanaryVersion,
            Experiment = CanaryArms.Ended(c.Status.Experiment, version),
            Retiring = CanaryRetirement.Add(c.Status, [c.Status.StableVersion!, .. CanaryArms.Versions(c.Status).Where(other => other != version)]),
            StepIndex = null,
            Step = null,
            StepStartedAt = null,
            PhaseStartedAt = c.Now,
            Analysis = analysis,
            Weights = new() { Stable = 100, Canary = 0, Verified = false },
            LastDecision = decision,
            History = CanaryHistory.Add(c.Status.History, Outcome(c, version, "Promoted", reason, decision.Metric)),
        })
        {
            Requeue = CanaryPlanner.Poll,
            Notes = [new(false, CanaryReasons.Promoted, message)],
        };
    }

    /// <summary>Step for people.</summary>
    public static string StepText(int index, int count) => string.Create(CultureInfo.InvariantCulture, $"{Math.Min(index + 1, count)}/{count}");

    /// <summary>A decision with the numbers of the arm that won.</summary>
    private static CanaryDecision Numbers(AbTestStatus? test, CanaryDecision decision) => test?.Metrics?.FirstOrDefault(row => row.Arm == test.Winner) is not { } row ? decision : decision with
    {
        Metric = row.Name,
        Value = row.Value,
        Baseline = test.Metrics[0].Value,
        Bound = row.EffectInterval,
        Samples = test.Arms.First(arm => arm.Name == row.Arm).Users,
    };

    private static CanaryOutcome Outcome(CanaryContext c, string version, string outcome, string reason, string? metric) => new()
    {
        Version = version,
        Stable = c.Status.StableVersion,
        Outcome = outcome,
        Reason = reason,
        Metric = metric,
        Digest = CanaryDigests.Of(c, version),
        StartedAt = c.Status.CanaryStartedAt,
        FinishedAt = c.Now,
    };
}
