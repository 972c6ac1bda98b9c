namespace ModelOperator.CanaryDeployments;

/// <summary>Going back to a version that was stable a short while ago needs no proof: it skips the steps, and the watch after them.</summary>
public static class CanaryFastRollback
{
    /// <summary>Begins at the promotion; null when the target was not stable within the window.</summary>
    public static CanaryMove? Begin(CanaryContext c)
    {
        if (c.Spec.RollbackWindow is not { } window || !WasStable(c, window))
            return null;
        var message = $"{c.Target} was stable within spec.rollbackWindow: it takes all traffic back from {c.Status.StableVersion} without steps.";
        var start = CanaryEndings.Start(c);
        return start with
        {
            Status = start.Status with
            {
                Phase = CanaryPhase.Promoting,
                Reason = CanaryReasons.FastRollback,
                Message = message,
                StepsSkipped = CanaryReasons.FastRollback,
                LastDecision = new() { Time = c.Now, Action = "FastRollback", Reason = CanaryReasons.FastRollback, Message = message },
            },
            Notes = [new(false, CanaryReasons.FastRollback, message)],
        };
    }

    private static bool WasStable(CanaryContext c, RollbackWindow window)
    {
        var history = c.Status.History ?? [];
        if (history.LastOrDefault(h => h.Version == c.Target) is not { } last || !BecameStable(last) || (last.Digest is { } digest && digest != c.Seen.Versions.GetValueOrDefault(c.Target)?.Digest))
            return false;
        // The version that followed it ended its time as the stable one.
        var since = history.Where(BecameStable).SkipWhile(h => h != last).Skip(1).ToArray();
        return since.Length > 0
            && !(since.Length > window.Revisions)
            && !(c.Now - since[0].FinishedAt > TimeSpan.FromSeconds(window.Seconds ?? int.MaxValue));
    }

    private static bool BecameStable(CanaryOutcome outcome) => outcome.Outcome is "Deployed" or "Promoted";
}
