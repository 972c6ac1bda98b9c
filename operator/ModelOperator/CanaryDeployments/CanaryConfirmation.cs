using ModelOperator.Api;
using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Waits for webhooks before a canary starts, steps up or is promoted. That a call is due is written before it is made, and its answer before anything
/// follows from it: a crash repeats a call with the same identifier at most, and never one that was answered with yes.
/// </summary>
public static class CanaryConfirmation
{
    /// <summary>Before the canary has Pods; null when it may have them.</summary>
    internal static CanaryMove? Start(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged) =>
        CanaryHooks.AwaitsStart(c.Spec, c.Status) ? Ask(c, status, judged, CanaryWebhookType.ConfirmStart) : null;

    /// <summary>The move, or the wait that comes before it when it is a step up. A person's promote goes past all of them.</summary>
    internal static CanaryMove BeforeStepUp(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, CanaryMove move)
    {
        if (StepUp(c, status, move) is not { } type || (c.CommandsNext && CanaryGateReasons.Hold(c.Status.Reason)))
            return move;
        // An arm that has won stays the winner while it waits.
        status = status with { Experiment = move.Status.Experiment };
        return Ask(c, status, judged, type) ?? CanaryCarbon.BeforeStepUp(c, status, judged, move);
    }

    /// <summary>True when the step is done and only the wait before the next one is left, even if something else holds the canary in between.</summary>
    internal static bool IsPassed(CanaryContext c) => CanaryCarbon.Running(c) is not null || CanaryHooks.Of(c.Spec, CanaryWebhookType.ConfirmStep)
        .Any(hook => CanaryHooks.Row(c.Status, hook)?.Call == CanaryHooks.Id(c.Canary, c.Status, hook));

    /// <summary>True when a command has gone past a gate into the wait behind it, or past the webhooks before a start.</summary>
    internal static bool Passed(CanaryDeploymentStatus before, CanaryDeploymentStatus after) =>
        Yes(after) > Yes(before) || (CanaryGateReasons.Hold(after.Reason) && !CanaryGateReasons.Hold(before.Reason));

    private static int Yes(CanaryDeploymentStatus status) => (status.Webhooks ?? []).Count(row => row.State == CanaryWebhookState.Yes);

    internal static CanaryWebhookType? StepUp(CanaryContext c, CanaryDeploymentStatus status, CanaryMove move)
    {
        if (move.Status.CanaryVersion is null || move.Status.CanaryVersion != c.Status.CanaryVersion)
            return null;
        if (move.Status.Phase == CanaryPhase.Promoting && !CanaryDefaults.TakesAll(c.Status.Phase))
            return CanaryWebhookType.ConfirmPromotion;
        return move.Status.StepIndex is { } next && next == (c.Status.StepIndex ?? 0) + 1 && next < c.Steps.Count && CanaryRoutes.Raises(c.Steps[next], status.Weights ?? new())
            ? CanaryWebhookType.ConfirmStep
            : null;
    }

    private static CanaryMove? Ask(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, CanaryWebhookType type)
    {
        var hooks = CanaryHooks.Of(c.Spec, type).ToArray();
        var rows = hooks.Select(hook => Row(c, hook)).ToArray();
        for (var i = 0; i < hooks.Length; i++)
            if (rows[i].State != CanaryWebhookState.Yes && c.Now >= Ends(hooks[i], rows[i]) && hooks[i].OnTimeout != GateTimeoutAction.Promote)
                return CanaryEndings.Rollback(
                    c, CanaryGateReasons.WebhookTimedOut, $"webhook {hooks[i].Name} has not said yes in {Timeout(hooks[i]).TotalSeconds.ToString(CultureInfo.InvariantCulture)} s{Said(rows[i])}.", null, null, status.Analysis);
        for (var i = 0; i < hooks.Length; i++)
            rows[i] = Decided(c, hooks[i], rows[i], type);
        if (hooks.Zip(rows).All(pair => pair.Second.State == CanaryWebhookState.Yes && CanaryHooks.Row(c.Status, pair.First) == pair.Second))
            return null;
        return Wait(c, CanaryWebhooks.With(status, rows), judged, hooks, rows);
    }

    private static CanaryMove Wait(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, CanaryWebhook[] hooks, CanaryWebhookStatus[] rows)
    {
        var open = Array.FindIndex(rows, row => row.State != CanaryWebhookState.Yes);
        var news = hooks.Zip(rows).Any(pair => CanaryHooks.Row(c.Status, pair.First) != pair.Second);
        var left = open < 0 ? TimeSpan.Zero : Ends(hooks[open], rows[open]) - c.Now;
        var next = news ? TimeSpan.Zero : hooks.Select(CanaryHooks.Interval).Append(left).Min();
        var message = open < 0
            ? "Every webhook has said yes."
            : $"Webhook {hooks[open].Name} has not said yes{Said(rows[open])}. It is asked until {UtcText.Of(Ends(hooks[open], rows[open]))}, then: {hooks[open].OnTimeout ?? GateTimeoutAction.Rollback}. Commands: promote, abort.";
        return CanaryProgress.Hold(
            c, status, CanaryProgress.Resting(status), CanaryGateReasons.WebhookWaiting, message, CanaryHealth.Paused, [], judged.NextLook(c) is { } look && look < next ? look : next);
    }

    private static CanaryWebhookStatus Row(CanaryContext c, CanaryWebhook hook)
    {
        var call = CanaryHooks.Id(c.Canary, c.Status, hook);
        return CanaryHooks.Row(c.Status, hook) is { } known && known.Call == call
            ? CanaryWebhooks.Answered(c, hook, known)
            : new() { Name = hook.Name, Call = call, Since = c.Now };
    }

    private static CanaryWebhookStatus Decided(CanaryContext c, CanaryWebhook hook, CanaryWebhookStatus row, CanaryWebhookType type)
    {
        if (row.State == CanaryWebhookState.Yes)
            return row;
        if (type == CanaryWebhookType.ConfirmStart && c.CommandsNext)
            return row with { State = CanaryWebhookState.Yes, Message = $"passed by command {c.Command!.Id}" };
        return c.Now >= Ends(hook, row) ? row with { State = CanaryWebhookState.Yes, Message = "not answered in time; goes on by itself" } : row;
    }

    private static TimeSpan Timeout(CanaryWebhook hook) => TimeSpan.FromSeconds(hook.TimeoutSeconds ?? 86400);

    private static DateTimeOffset Ends(CanaryWebhook hook, CanaryWebhookStatus row) => (row.Since ?? DateTimeOffset.MinValue) + Timeout(hook);

    private static string Said(CanaryWebhookStatus row) => row.Message is { Length: > 0 } message ? ": " + message : "";
}
