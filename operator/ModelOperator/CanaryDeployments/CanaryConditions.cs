using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CanaryDeployments;

/// <summary>Conditions of a move, in kstatus' words: Ready, Reconciling, Stalled, besides Progressing, Promoted and those that tell of something.</summary>
public static class CanaryConditions
{
    /// <summary>Sets the conditions and the observed generation.</summary>
    public static CanaryMove Apply(V1CanaryDeployment canary, CanaryMove move, DateTimeOffset now)
    {
        var status = Bounded(move.Status);
        var reason = status.Reason ?? nameof(CanaryPhase.Pending);
        var message = status.Message ?? "Nothing is known yet.";
        var old = canary.Status?.Conditions ?? [];
        var generation = canary.Metadata.Generation;
        V1Condition Of(string type, bool? value, string because, string text) => Conditions.Find(Conditions.Set(
            old, type, value switch { true => Conditions.True, false => Conditions.False, _ => Conditions.Unknown }, because, text, generation, now), type)!;
        // Everything is as asked for but the Pods: that somebody has to see to.
        var blocked = move is { Blocked: not null, Health: CanaryHealth.Ready };
        var health = blocked ? CanaryHealth.Stalled : move.Health;
        var (why, what) = blocked ? (CanaryUpdates.UpdateBlocked, move.Blocked!.Message ?? message) : (reason, message);
        var moving = move.Health is CanaryHealth.Progressing or CanaryHealth.Paused;
        var conditions = new List<V1Condition>
        {
            Of("Ready", health == CanaryHealth.Ready, why, what),
            Of("Reconciling", moving, moving ? reason : "Settled", moving ? message : "Nothing is under way."),
            Of("Stalled", health == CanaryHealth.Stalled, health == CanaryHealth.Stalled ? why : "AsExpected", health == CanaryHealth.Stalled ? what : "Nothing is in the way."),
            Of("Progressing", status.CanaryVersion is not null && move.Health == CanaryHealth.Progressing, reason, status.Step is null ? "No canary is under way." : $"Step {status.Step}."),
            Promoted(Of, status),
        };
        if (move.Drift is { } drift)
            conditions.Add(Of(CanaryDriftReasons.DataDrift, drift.Drifts, drift.Reason, drift.Message));
        foreach (var told in new[] { move.Blocked, move.Missing }.OfType<V1Condition>())
            conditions.Add(Of(told.Type, true, told.Reason!, told.Message!));
        // Whatever stalls is told once, also when a wait has merely become too long.
        var stalls = move.Health == CanaryHealth.Stalled && Conditions.Find(old, "Stalled")?.Status != Conditions.True && move.Notes.All(note => note.Reason != reason);
        return move with
        {
            Status = status with { ObservedGeneration = generation, Conditions = conditions, Message = blocked ? what : status.Message },
            Notes = stalls ? move.Notes.Add(new(true, reason, message)) : move.Notes,
        };
    }

    /// <summary>Texts of Pods and providers are cut, so that the status stays small.</summary>
    private static CanaryDeploymentStatus Bounded(CanaryDeploymentStatus status) => status with
    {
        Message = status.Message is { } message ? CanaryText.Cut(message, CanaryText.Message) : null,
        LastDecision = status.LastDecision is { Message: { } told } decision ? decision with { Message = CanaryText.Cut(told, CanaryText.Message) } : status.LastDecision,
    };

    private static V1Condition Promoted(Func<string, bool?, string, string, V1Condition> of, CanaryDeploymentStatus status)
    {
        if (status.CanaryVersion is { } canary)
            return of("Promoted", null, "InProgress", $"{canary} is under test.");
        if (status.RejectedVersion is { } rejected)
            return status.LastDecision is { Action: CanaryEndings.Concluded or CanaryEndings.Promoted } ended
                ? of("Promoted", false, ended.Reason, $"{rejected} did not win its A/B test.")
                : of("Promoted", false, CanaryReasons.RolledBack, $"{rejected} was rolled back.");
        return status.StableVersion is { } stable && status.Phase != CanaryPhase.Initializing
            ? of("Promoted", true, CanaryReasons.Promoted, $"{stable} is stable.")
            : of("Promoted", null, "Deploying", "No version serves yet.");
    }
}
