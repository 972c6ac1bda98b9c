using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>Whether a move is what a command asked for, and what to answer.</summary>
public static class CanaryCommands
{
    /// <summary>True when the move did what the command says; a move that would have come anyway counts, a pause does not.</summary>
    public static bool Obeyed(CanaryContext context, CanaryMove move) => context.Command?.Action switch
    {
        CanaryCommand.Abort => context.Status.CanaryVersion is not null && move.Status.RejectedVersion == context.Status.CanaryVersion,
        CanaryCommand.Promote or CanaryCommand.Skip or CanaryCommand.PromoteFull => context.Status.CanaryVersion is { } version && (move.Status.StableVersion == version
            || (move.Status.CanaryVersion == version && (move.Status.StepIndex != context.Status.StepIndex || BeginsPromotion(context, move))) || CanaryConfirmation.Passed(context.Status, move.Status)),
        CanaryCommand.Retry => context.Status.CanaryVersion is null
            ? move.Status.CanaryVersion is not null || (context.Status.RejectedVersion == context.Target && move.Status.Reason == CanaryReasons.WaitForTurn)
            : move.Status.LastDecision is { Action: "Retry" } decision && decision != context.Status.LastDecision,
        CanaryCommand.Pause => context.Canary.Status?.PausedAt is null && move.Status.PausedAt is not null,
        CanaryCommand.Resume => context.Canary.Status?.PausedAt is not null && move.Status.PausedAt is null,
        _ => false,
    };

    /// <summary>
    /// True while a command about a wait meets one that ends by itself: Pods or the gateway's confirmation are missing, without which no step ends (T7). It is carried out,
    /// or rejected, once they are there; until then it may be taken back.
    /// </summary>
    public static bool Waits(CanaryContext context, CanaryMove move) =>
        context.Command?.Action is CanaryCommand.Promote or CanaryCommand.Skip or CanaryCommand.Retry
        && context.Status.CanaryVersion is { } version && version == move.Status.CanaryVersion && move.Status.Reason is CanaryReasons.WaitForPods or CanaryReasons.WaitForWeights;

    /// <summary>The move with what will be done, for people.</summary>
    public static CanaryMove Told(CanaryContext context, CanaryMove move) => move with
    {
        Status = move.Status with { Message = CanaryText.Cut($"{move.Status.Message} Then command {context.Command!.Action} {context.Command.Id} is carried out; without the annotation it is not.", CanaryText.Message) },
    };

    /// <summary>What the status says about the command.</summary>
    public static string Result(CanaryContext context, CanaryMove move)
    {
        var action = context.Command!.Action;
        if (Obeyed(context, move))
            return "Accepted";
        return CanaryCommand.Actions.Contains(action)
            ? string.Create(CultureInfo.InvariantCulture, $"Rejected: nothing to {action} in phase {move.Status.Phase} ({move.Status.Reason}).")
            : $"Rejected: unknown action \"{action}\"; allowed: {string.Join(", ", CanaryCommand.Actions)}, as \"<action> <id>\".";
    }

    private static bool BeginsPromotion(CanaryContext context, CanaryMove move) =>
        CanaryDefaults.TakesAll(move.Status.Phase) && move.Status.Phase != context.Status.Phase;
}
