namespace ModelOperator.CanaryDeployments;

/// <summary>Pauses by command live in the status, hold as spec.paused does, and end with the canary that they were given for; spec.suspend stops everything.</summary>
public static class CanaryPauses
{
    /// <summary>The status that a decision begins with: a pause or resume command has taken hold.</summary>
    public static CanaryDeploymentStatus Begin(CanaryDeploymentStatus status, CanaryCommand? command, DateTimeOffset now) => command?.Action switch
    {
        CanaryCommand.Pause when status.CanaryVersion is not null => status with { PausedAt = status.PausedAt ?? now },
        CanaryCommand.Resume => status with { PausedAt = null },
        _ => status,
    };

    /// <summary>What was said about one canary does not hold for the next.</summary>
    public static CanaryMove End(CanaryContext c, CanaryMove move) => move.Status.CanaryVersion is { } version && version == c.Status.CanaryVersion
        ? move
        : move with { Status = move.Status with { PausedAt = null, StepsSkipped = move.Status.CanaryVersion is null ? null : move.Status.StepsSkipped } };

    /// <summary>spec.suspend: nothing at all is done.</summary>
    public static CanaryMove? WhenSuspended(CanaryContext c)
    {
        if (!c.Spec.Suspend)
            return null;
        var message = "spec.suspend is true: nothing is judged, moved, started or taken away, and traffic stays as it is. Set it to false to go on.";
        var settled = c.Status is { Phase: CanaryPhase.Healthy, CanaryVersion: null } && c.Target == c.Status.StableVersion;
        return new(c.Status with { Reason = CanaryReasons.Suspended, Message = message })
        {
            Health = settled ? CanaryHealth.Ready : CanaryHealth.Paused,
            States = c.Seen.States,
            Notes = c.Status.Reason == CanaryReasons.Suspended ? [] : [new(true, CanaryReasons.Suspended, message)],
        };
    }
}
