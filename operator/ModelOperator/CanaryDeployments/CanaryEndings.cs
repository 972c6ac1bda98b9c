using System.Globalization;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>How a canary begins and ends: each is one status write, and everything else follows from that status.</summary>
public static class CanaryEndings
{
    /// <summary>Begins the canary of the target; one that was under way is superseded first.</summary>
    public static CanaryMove Start(CanaryContext c)
    {
        var superseded = c.Status.CanaryVersion;
        var message = $"Canary of {c.Target} beside {c.Status.StableVersion} began.";
        return new(c.Status with
        {
            Phase = CanaryPhase.Progressing,
            Reason = CanaryReasons.CanaryStarted,
            Message = message,
            CanaryVersion = c.Target,
            RejectedVersion = null,
            // A version that comes back before its Pods are gone keeps them.
            Retiring = CanaryRetirement.Without(superseded is null ? c.Status.Retiring : CanaryRetirement.Add(c.Status, superseded), c.Target),
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
            Retiring = CanaryRetirement.Add(c.Status, version),
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
            Retiring = CanaryRetirement.Add(c.Status, version, aborted: true),
            PhaseStartedAt = c.Now,
            Analysis = analysis,
            Weights = new() { Stable = 100, Canary = 0, Verified = false },
            LastDecision = new()
            {
                Time = c.Now,
                Action = "Rollback",
                Reason = reason,
                Metric = metric,
                Value = record?.Value,
                Baseline = record?.Baseline,
                Bound = record?.Bound,
                Evidence = record?.Evidence,
                Samples = record?.CanarySamples,
                Message = message,
            },
            History = CanaryHistory.Add(c.Status.History, Outcome(c, version, "RolledBack", reason, metric)),
        })
        {
            Requeue = CanaryPlanner.Poll,
            Notes = [new(true, CanaryReasons.RolledBack, $"{version} is rolled back to {c.Status.StableVersion}: {message}")],
        };
    }

    /// <summary>Ends the canary as the new stable version.</summary>
    public static CanaryMove Promote(CanaryContext c, CanaryAnalysisStatus? analysis)
    {
        var version = c.Status.CanaryVersion!;
        var reason = c.Status.StepsSkipped ?? CanaryReasons.AllStepsCompleted;
        var message = $"{version} is promoted; {c.Status.StableVersion} goes after {CanaryDefaults.ScaleDownDelay(c.Spec).TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.";
        return new(c.Status with
        {
            Phase = CanaryPhase.Healthy,
            Reason = CanaryReasons.Promoted,
            Message = message,
            StableVersion = version,
            CanaryVersion = null,
            Retiring = CanaryRetirement.Add(c.Status, c.Status.StableVersion!),
            StepIndex = null,
            Step = null,
            StepStartedAt = null,
            PhaseStartedAt = c.Now,
            Analysis = analysis,
            Weights = new() { Stable = 100, Canary = 0, Verified = false },
            LastDecision = new() { Time = c.Now, Action = "Promote", Reason = reason, Message = message },
            History = CanaryHistory.Add(c.Status.History, Outcome(c, version, "Promoted", reason, null)),
        })
        {
            Requeue = CanaryPlanner.Poll,
            Notes = [new(false, CanaryReasons.Promoted, message)],
        };
    }

    /// <summary>Step for people.</summary>
    public static string StepText(int index, int count) => string.Create(CultureInfo.InvariantCulture, $"{Math.Min(index + 1, count)}/{count}");

    private static CanaryOutcome Outcome(CanaryContext c, string version, string outcome, string reason, string? metric) => new()
    {
        Version = version,
        Stable = c.Status.StableVersion,
        Outcome = outcome,
        Reason = reason,
        Metric = metric,
        StartedAt = c.Status.CanaryStartedAt,
        FinishedAt = c.Now,
    };
}
