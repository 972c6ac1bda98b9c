namespace ModelOperator.CanaryDeployments;

/// <summary>Webhooks that do not gate: those that may ask for a rollback and those that start load tests; and the rows of all in the status.</summary>
public static class CanaryWebhooks
{
    private static readonly TimeSpan Tidy = TimeSpan.FromSeconds(5);

    /// <summary>The rollback that a webhook asks for.</summary>
    internal static CanaryMove? Rollback(CanaryContext c)
    {
        foreach (var hook in CanaryHooks.Of(c.Spec, CanaryWebhookType.Rollback))
            if (c.Seen.Webhooks.TryGetValue(hook.Name, out var answer) && answer.State == CanaryWebhookState.Yes && answer.Call == CanaryHooks.Id(c.Canary, c.Status, hook))
                return CanaryEndings.Rollback(
                    c, CanaryGateReasons.WebhookRollback, $"webhook {hook.Name} asks for it{(answer.Message.Length > 0 ? ": " + answer.Message : "")}.", null, null, c.Status.Analysis);
        return null;
    }

    /// <summary>Puts the answers on record that decide nothing, and forgets those of a canary that is over.</summary>
    internal static CanaryMove Settle(CanaryContext c, CanaryMove move)
    {
        if (c.Spec.Suspend)
            return move;
        if (move.Status.CanaryVersion is null || move.Status.CanaryVersion != c.Status.CanaryVersion || move.Status.CanaryStartedAt != c.Status.CanaryStartedAt)
            return move.Status.Webhooks is null ? move : move with { Status = move.Status with { Webhooks = null } };
        foreach (var hook in c.Spec.Webhooks ?? [])
            move = hook.Type switch
            {
                CanaryWebhookType.Rollback => Watch(c, move, hook),
                CanaryWebhookType.LoadTest => LoadTest(c, move, hook),
                _ => move,
            };
        var kept = move.Status.Webhooks?.Where(row => c.Spec.Webhooks?.Any(hook => hook.Name == row.Name) == true).ToArray();
        return kept?.Length == (move.Status.Webhooks?.Count ?? 0) ? move : move with { Status = move.Status with { Webhooks = kept is { Length: > 0 } ? kept : null } };
    }

    /// <summary>The row after an answer that has come for its call.</summary>
    internal static CanaryWebhookStatus Answered(CanaryContext c, CanaryWebhook hook, CanaryWebhookStatus row) =>
        row.State != CanaryWebhookState.Yes && c.Seen.Webhooks.TryGetValue(hook.Name, out var answer) && answer.Call == row.Call
            ? row with { State = answer.State, Message = answer.Message.Length > 0 ? CanaryText.Cut(answer.Message, CanaryHooks.AnswerBytes) : null }
            : row;

    /// <summary>The status with these rows in the place of older ones of the same webhooks.</summary>
    internal static CanaryDeploymentStatus With(CanaryDeploymentStatus status, params CanaryWebhookStatus[] rows) =>
        status with { Webhooks = [.. (status.Webhooks ?? []).Where(old => rows.All(row => row.Name != old.Name)).Concat(rows).OrderBy(row => row.Name, StringComparer.Ordinal)] };

    private static CanaryMove Watch(CanaryContext c, CanaryMove move, CanaryWebhook hook)
    {
        var known = CanaryHooks.Row(move.Status, hook) ?? new() { Name = hook.Name, Call = CanaryHooks.Id(c.Canary, c.Status, hook), Since = c.Now };
        var row = Answered(c, hook, known);
        move = move with { Status = With(move.Status, row), Requeue = CanarySteps.Sooner(CanaryHooks.Interval(hook), move.Requeue) };
        return row.State == CanaryWebhookState.Unreachable && known.State != row.State
            ? move with { Notes = move.Notes.Add(new(true, CanaryGateReasons.WebhookUnreachable, $"Webhook {hook.Name} cannot be asked whether to roll back: {row.Message}. That is no evidence: the canary goes on.")) }
            : move;
    }

    private static CanaryMove LoadTest(CanaryContext c, CanaryMove move, CanaryWebhook hook)
    {
        if (!CanaryHooks.LoadTests(c.Canary, c.Status, hook))
            return CanaryHooks.LoadTests(c.Canary, move.Status, hook) ? move with { Requeue = CanarySteps.Sooner(TimeSpan.Zero, move.Requeue) } : move;
        var row = Answered(c, hook, new() { Name = hook.Name, Call = CanaryHooks.Id(c.Canary, c.Status, hook), Since = c.Now });
        if (row.State == CanaryWebhookState.Waiting)
            return move with { Requeue = CanarySteps.Sooner(Tidy, move.Requeue) };
        return move with
        {
            Status = With(move.Status, row),
            Notes = move.Notes.Add(row.State == CanaryWebhookState.Yes
                ? new(false, CanaryGateReasons.LoadTestStarted, $"Webhook {hook.Name} has started its load test for step {c.Status.Step}.")
                : new(true, CanaryGateReasons.WebhookUnreachable, $"Webhook {hook.Name} has not started a load test for step {c.Status.Step}: {row.Message}. Nothing waits for it.")),
        };
    }
}
