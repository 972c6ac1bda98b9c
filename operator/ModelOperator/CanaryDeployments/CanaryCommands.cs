namespace ModelOperator.CanaryDeployments;

/// <summary>Whether a move is what a command asked for.</summary>
public static class CanaryCommands
{
    /// <summary>True when the move did what the command says.</summary>
    public static bool Obeyed(CanaryContext context, CanaryMove move) => context.Command?.Action switch
    {
        CanaryCommand.Abort => context.Status.CanaryVersion is not null && move.Status.RejectedVersion == context.Status.CanaryVersion,
        CanaryCommand.Promote => context.Status.CanaryVersion is not null && move.Status.CanaryVersion == context.Status.CanaryVersion
            && (move.Status.StepIndex != context.Status.StepIndex || move.Status.Phase != context.Status.Phase),
        CanaryCommand.Retry => move.Status.CanaryVersion is not null
            && (context.Status.CanaryVersion is null || move.Status.StepStartedAt != context.Status.StepStartedAt),
        _ => false,
    };
}
