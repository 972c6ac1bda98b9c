using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Decides what a CanaryDeployment does next: the first rule that speaks wins. Pure; the order of the rules is their meaning.
/// Diagram and reasons: docs/canary-deployments.md.
/// </summary>
public static class CanaryPlanner
{
    /// <summary>Time between two looks at gateways that have not confirmed yet.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Time between two looks at who has the Service: what others own is not watched.</summary>
    public static readonly TimeSpan ConflictLook = TimeSpan.FromSeconds(15);

    private const string VersionRef = "spec.versionRef.name";

    /// <summary>The next status and what to tell about it.</summary>
    /// <param name="canary">The object.</param>
    /// <param name="seen">What was observed.</param>
    /// <param name="now">The time.</param>
    public static CanaryMove Decide(V1CanaryDeployment canary, CanaryObserved seen, DateTimeOffset now)
    {
        var command = CanaryCommand.Pending(canary);
        var status = CanaryPauses.Begin(canary.Status ?? new() { Phase = CanaryPhase.Pending }, canary.Spec.Suspend ? null : command, now);
        var context = CanaryDrain.WithoutLooks(new(canary, status, seen, now, command));
        var move = CanaryPauses.WhenSuspended(context)
            ?? WhenInvalid(context)
            ?? WhenConflict(context)
            ?? WhenRouterMissing(context)
            ?? WhenTargetUnusable(context)
            ?? WhenDigestChanged(context)
            ?? WhenInitializing(context)
            ?? WhenTargetIsStable(context)
            ?? WhenRejected(context)
            ?? WhenNewTarget(context)
            ?? CanaryProgress.Decide(context);
        var waits = CanaryReturn.Waits(context, move);
        move = waits ? CanaryReturn.Hold(context, move) : move;
        move = CanaryDrain.Apply(context, CanaryShortage.Reset(context, CanaryPauses.End(context, move)));
        move = CanaryScale.Apply(context, CanaryBake.Stamp(context, CanaryRetirement.Apply(context, Answered(context, move, waits))));
        move = CanaryCarbon.Settle(context, CanaryWebhooks.Settle(context, move));
        move = CanaryAutoscale.Settle(context, CanaryDigests.Apply(context, move with { Jobs = CanaryJobs.Due(context, move) }));
        return CanaryConditions.Apply(canary, CanaryDriftJudge.Settle(context, CanaryMissing.Settle(context, CanaryUpdates.Settle(context, move))), now);
    }

    private static CanaryMove? WhenInvalid(CanaryContext c)
    {
        var problems = CanaryValidation.Problems(c.Canary);
        return problems.Count == 0 ? null : Stuck(c, CanaryReasons.InvalidSpec, string.Join(" ", problems));
    }

    private static CanaryMove? WhenConflict(CanaryContext c) =>
        c.Seen.Conflict is { } conflict ? Stuck(c, CanaryReasons.ServiceConflict, conflict, ConflictLook) : null;

    private static CanaryMove? WhenRouterMissing(CanaryContext c) =>
        c.Seen.Router?.Problem is { } problem ? Stuck(c, problem.Reason, problem.Message, ConflictLook) : null;

    private static CanaryMove? WhenTargetUnusable(CanaryContext c)
    {
        var versions = Beginning(c);
        foreach (var (field, name) in versions)
            if (Unusable(c, field, name) is { } move)
                return move;
        return versions.Count > 0 && c.Status.StableVersion is { } stable && c.Spec.Strategy?.AbTest is not null && c.First != stable && !IsInitial(c)
            ? Stuck(c, CanaryReasons.ControlNotStable, $"spec.strategy.abTest.arms[0].versionRef.name: the control {c.First} is not the stable version; allowed: {stable}. Traffic is unchanged.")
            : null;
    }

    /// <summary>What would begin now: what is already under way or serving is judged by its own rules; a version that is gone stops only what has not begun.</summary>
    private static List<(string Field, string Name)> Beginning(CanaryContext c)
    {
        if (IsInitial(c))
            return c.First == c.Status.StableVersion ? [] : [(c.First == c.Target ? VersionRef : "spec.strategy.abTest.arms[0].versionRef.name", c.First)];
        if (c.Target == c.Status.StableVersion || (c.Target == c.Status.CanaryVersion && AbTestKey.IsSame(c)) || (c.Target == c.Status.RejectedVersion && !c.Commands(CanaryCommand.Retry)))
            return [];
        var arms = (c.Spec.Strategy?.AbTest?.Arms ?? []).Select((arm, i) => ($"spec.strategy.abTest.arms[{i}].versionRef.name", arm.VersionRef.Name));
        return [(VersionRef, c.Target), .. arms.Where(arm => arm.Name != c.Target && arm.Name != c.Status.StableVersion)];
    }

    private static bool IsInitial(CanaryContext c) => c.Status.StableVersion is null || c.Status.Phase is CanaryPhase.Initializing or CanaryPhase.Pending;

    private static CanaryMove? Unusable(CanaryContext c, string field, string name)
    {
        if (!c.Seen.Versions.TryGetValue(name, out var version))
            return Stuck(c, CanaryReasons.VersionNotFound, $"{field}: ModelVersion {name} does not exist in this namespace; create it or name another. Traffic is unchanged.");
        if (version.Model != c.Spec.Model)
            return Stuck(c, CanaryReasons.WrongModel, $"{field}: {name} is a version of model {version.Model}, not of spec.model {c.Spec.Model}.");
        if (version.Deleting)
            return Stuck(c, CanaryReasons.VersionDeleted, $"{field}: ModelVersion {name} is being deleted; name another. Traffic is unchanged.");
        if (CanaryNames.Namesake(c, name) is { } other)
            return Stuck(c, CanaryReasons.WrongModel, $"{field}: {name} and {other}, which has Pods here, would have children of the same names; make another CanaryDeployment for model {c.Spec.Model}.");
        if (!version.Ready)
            return Stuck(c, CanaryReasons.VersionNotReady, $"ModelVersion {name} is not Ready: {version.Message ?? "its bytes are not verified yet"}. Traffic is unchanged.");
        return CanaryDigests.Problem(c, name) is { } changed ? Stuck(c, CanaryReasons.DigestChanged, $"{field}: {changed}") : null;
    }

    private static CanaryMove? WhenDigestChanged(CanaryContext c) =>
        Beginning(c).Count == 0 && CanaryDigests.Problem(c) is { } changed ? Stuck(c, CanaryReasons.DigestChanged, changed) : null;

    private static CanaryMove? WhenInitializing(CanaryContext c)
    {
        if (!IsInitial(c))
            return null;
        if (c.Status.StableVersion is null || (c.Status.Phase == CanaryPhase.Initializing && c.Status.StableVersion != c.First))
            return BeginDeploy(c);
        var table = RouteTable.Of(c.Canary, c.Status);
        var workload = c.Workload(c.Status.StableVersion);
        if (workload is not null && workload.Available >= Math.Min(1, CanaryDefaults.StableReplicas(c.Spec)) && c.Serves(table))
            return Deployed(c);
        var late = IsLate(c, c.Status.PhaseStartedAt ?? c.Now);
        var message = workload is { Available: > 0 }
            ? c.Seen.Router?.Doubt ?? "The gateway has not confirmed its routes yet."
            : $"Version {c.Status.StableVersion} has no available Pod yet{(workload?.Problem is { } problem ? $": {problem}" : "")}.";
        return new(c.Status with
        {
            Phase = CanaryPhase.Initializing,
            Reason = late ? CanaryReasons.ProgressDeadlineExceeded : CanaryReasons.Deploying,
            Message = late ? $"{message} The deadline of {c.Spec.ProgressDeadlineSeconds} s is over; look at its Pods. It goes on when they become available." : message,
            Weights = new() { Stable = 100, Canary = 0, Verified = c.Serves(table) },
        })
        {
            Requeue = Poll,
            Health = late ? CanaryHealth.Stalled : CanaryHealth.Progressing,
        };
    }

    private static CanaryMove BeginDeploy(CanaryContext c)
    {
        var retiring = CanaryRetirement.Without(c.Status.StableVersion is { } old ? CanaryRetirement.Add(c.Status, old) : c.Status.Retiring, c.First);
        return new(c.Status with
        {
            Phase = CanaryPhase.Initializing,
            Reason = CanaryReasons.Deploying,
            Message = $"Deploying the first version, {c.First}.",
            StableVersion = c.First,
            CanaryVersion = null,
            RejectedVersion = null,
            Retiring = retiring,
            PhaseStartedAt = c.Now,
            Weights = new() { Stable = 100, Canary = 0, Verified = false },
            LastDecision = new() { Time = c.Now, Action = "Deploy", Reason = CanaryReasons.Deploying, Message = $"{c.First} is the first version: there is nothing to compare it with." },
        })
        {
            Requeue = Poll,
            Notes = [new(false, CanaryReasons.Deploying, $"Deploying the first version, {c.First}.")],
        };
    }

    private static CanaryMove Deployed(CanaryContext c) => new(c.Status with
    {
        Phase = CanaryPhase.Healthy,
        Reason = CanaryReasons.Serving,
        Message = $"{c.Status.StableVersion} serves all traffic.",
        PhaseStartedAt = c.Now,
        Weights = new() { Stable = 100, Canary = 0, Verified = true },
        History = CanaryHistory.Add(c.Status.History, new() { Version = c.Status.StableVersion!, Outcome = "Deployed", Reason = CanaryReasons.Deployed, Digest = CanaryDigests.Of(c, c.Status.StableVersion!), StartedAt = c.Status.PhaseStartedAt, FinishedAt = c.Now }),
    })
    {
        Health = CanaryHealth.Ready,
        Notes = [new(false, CanaryReasons.Deployed, $"{c.Status.StableVersion} serves all traffic of Service {CanaryNames.Service(c.Canary)}.")],
    };

    private static CanaryMove? WhenTargetIsStable(CanaryContext c)
    {
        if (c.Target != c.Status.StableVersion)
            return null;
        return c.Status.CanaryVersion is not null
            ? CanaryEndings.Supersede(c, $"spec.versionRef went back to {c.Target} in the middle of the canary.")
            : Serving(c, c.Status with { RejectedVersion = null }, CanaryPhase.Healthy, CanaryReasons.Serving, $"{c.Target} serves all traffic.", CanaryHealth.Ready);
    }

    private static CanaryMove? WhenRejected(CanaryContext c)
    {
        if (c.Target != c.Status.RejectedVersion || c.Status.CanaryVersion is not null)
            return null;
        if (c.Commands(CanaryCommand.Retry) && !CanaryRetirement.IsFull(c))
            return WaitingForTurn(c) ?? CanaryEndings.Start(c);
        // An A/B test that ran its course is no failure, whichever arm serves now.
        if (c.Status.LastDecision is { Action: CanaryEndings.Concluded or CanaryEndings.Promoted } ended)
            return Serving(c, c.Status, CanaryPhase.Healthy, ended.Reason, $"{ended.Message} Name another version in spec.versionRef, or give the command \"retry <id>\".", CanaryHealth.Ready);
        var why = c.Status.LastDecision is { Action: "Rollback" } last ? last.Message : null;
        return Serving(
            c,
            c.Status,
            CanaryPhase.Degraded,
            CanaryReasons.RolledBack,
            $"{c.Target} was rolled back{(why is null ? "" : $": {why}")} {c.Status.StableVersion} serves all traffic. Name another version in spec.versionRef, or give the command \"retry <id>\".",
            CanaryHealth.Stalled);
    }

    private static CanaryMove? WhenNewTarget(CanaryContext c)
    {
        if (c.Target == c.Status.CanaryVersion && AbTestKey.IsSame(c))
            return null;
        // Pods that may still get traffic are never taken away to make room for a newer version.
        return CanaryRetirement.IsFull(c)
            ? Stuck(c, CanaryReasons.WaitForWeights, $"{c.Status.Retiring!.Count} versions are still losing their traffic; the canary of {c.Target} begins when one of them is gone.", Poll)
            : CanaryFastRollback.Begin(c) ?? WaitingForTurn(c) ?? CanaryEndings.Start(c);
    }

    /// <summary>A canary that takes another's place has its turn already.</summary>
    private static CanaryMove? WaitingForTurn(CanaryContext c)
    {
        if (c.Status.CanaryVersion is not null || !(c.Seen.Ahead.Length >= c.Spec.Strategy?.MaxConcurrentPerNamespace))
            return null;
        var message = $"The canary of {c.Target} waits for {string.Join(", ", c.Seen.Ahead)}: spec.strategy.maxConcurrentPerNamespace is {c.Spec.Strategy!.MaxConcurrentPerNamespace}.";
        var wait = Stuck(c, CanaryReasons.WaitForTurn, message, ConflictLook);
        return wait with { Status = wait.Status with { RejectedVersion = null }, Health = CanaryHealth.Paused };
    }

    /// <summary>All traffic on the stable version: settled once the gateway says so.</summary>
    private static CanaryMove Serving(CanaryContext c, CanaryDeploymentStatus status, CanaryPhase phase, string reason, string message, CanaryHealth health)
    {
        var served = c.ServesWeights(status with { Weights = new() { Stable = 100, Canary = 0 } });
        var available = c.Workload(status.StableVersion) is { Serving: > 0 } || CanaryDefaults.StableReplicas(c.Spec, status) == 0;
        var settled = served && available;
        var starts = !available && CanaryAutoscale.Starts(c);
        (reason, message) = CanaryAutoscale.Told(c, status, reason, message);
        // After a rollback a version that sleeps has all traffic, and has it still while it is started because somebody asks: nothing is rolled back anew.
        var wakes = starts && phase == CanaryPhase.Degraded && status.Phase == phase;
        var next = settled || wakes || phase == CanaryPhase.Healthy ? phase : CanaryPhase.RollingBack;
        var told = settled || wakes ? reason : starts ? CanaryReasons.ScaledFromZero : !available ? CanaryReasons.StableUnavailable : c.Seen.Router is null ? CanaryReasons.GatewayNotReady : CanaryReasons.RouteNotConfirmed;
        var sentence = settled ? message : wakes ? $"{message} It is being started." : available ? GatewayProblem(c) : StableProblem(c);
        var since = status.Phase == next && c.Status.Reason == told ? status.PhaseStartedAt ?? c.Now : c.Now;
        return new(status with
        {
            Phase = next,
            Reason = told,
            Message = sentence,
            StepIndex = null,
            Step = null,
            StepStartedAt = null,
            PhaseStartedAt = since,
            Weights = new() { Stable = 100, Canary = 0, Verified = served },
        })
        {
            Health = settled || wakes ? health : IsLate(c, since) || (!available && CanaryAutoscale.IsLate(c)) ? CanaryHealth.Stalled : CanaryHealth.Progressing,
            Requeue = settled ? null : Poll,
            Notes = next == status.Phase && (available || starts || c.Status.Reason == told) ? [] : [new(!settled, told, sentence)],
        };
    }

    /// <summary>A wait that nobody answers is told as stalled; it goes on all the same.</summary>
    internal static bool IsLate(CanaryContext c, DateTimeOffset since) => c.Now - since > TimeSpan.FromSeconds(c.Spec.ProgressDeadlineSeconds);

    private static string GatewayProblem(CanaryContext c) => c.Seen.Router?.Doubt ?? (c.Seen.Gateways.FirstOrDefault(g => g.Error is not null) is { } bad
        ? $"Gateway Pod {bad.Pod} has not confirmed the routes: {bad.Error}."
        : c.Seen.Gateways.IsEmpty ? "No gateway Pod is ready." : "The gateway has not confirmed the routes yet.");

    private static string StableProblem(CanaryContext c) =>
        $"No Pod of {c.Status.StableVersion} is available{(c.Workload(c.Status.StableVersion)?.Problem is { } problem ? $": {problem}" : "")}.";

    /// <summary>
    /// Nothing new begins: traffic and children stay as they are. A canary under way is watched on, so that harm, an abort and dead Pods still
    /// act; traffic that was being taken away is seen to be gone.
    /// </summary>
    private static CanaryMove Stuck(CanaryContext c, string reason, string message, TimeSpan? again = null)
    {
        message = CanaryText.Cut(message, CanaryText.Message);
        if (c.Status.CanaryVersion is not null)
            return CanaryProgress.Stand(c, reason, message, again);
        var served = c.Status.StableVersion is not null && c.Serves(RouteTable.Of(c.Canary, c.Status));
        return new(c.Status with
        {
            Phase = c.Status.Phase == CanaryPhase.RollingBack && served ? CanaryPhase.Degraded : c.Status.Phase,
            Reason = reason,
            Message = message,
            Weights = c.Status.Weights is { } weights ? weights with { Verified = served } : null,
        })
        {
            Health = CanaryHealth.Stalled,
            Requeue = c.Status.StableVersion is not null && !served ? Poll : again,
            Notes = c.Status.Reason == reason && c.Status.Message == message ? [] : [new(true, reason, message)],
        };
    }

    /// <summary>A command that has to wait is not acknowledged before it is carried out.</summary>
    private static CanaryMove Answered(CanaryContext c, CanaryMove move, bool waits)
    {
        if (CanaryCommands.Obeyed(c, move))
            return Acknowledge(c, move);
        return CanaryCommands.Waits(c, move) ? CanaryCommands.Told(c, move) : waits ? move : Acknowledge(c, move);
    }

    private static CanaryMove Acknowledge(CanaryContext c, CanaryMove move)
    {
        if (c.Command is not { } command || move.Status.LastCommand?.Id == command.Id)
            return move;
        var result = CanaryCommands.Result(c, move);
        return move with
        {
            Status = move.Status with { LastCommand = new LastCommand { Id = command.Id, Action = command.Action, Result = result, Time = c.Now } },
            Notes = move.Notes.Add(result == "Accepted"
                ? new(false, CanaryReasons.CommandAccepted, $"Command {command.Action} {command.Id}: accepted.")
                : new(true, CanaryReasons.CommandRejected, $"Command {command.Action} {command.Id}: {result}")),
        };
    }
}
