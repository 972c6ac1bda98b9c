using System.Collections.Immutable;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Traffic;

/// <summary>A feedback body, sorted by arm; or why it was refused.</summary>
/// <param name="Parts">One body per arm.</param>
/// <param name="Reason">Reason of the refusal, or null.</param>
/// <param name="Problem">The refusal in a sentence, or null.</param>
internal sealed record FeedbackParts(ImmutableArray<(Arm Arm, byte[] Body)> Parts, string? Reason, string? Problem)
{
    public static FeedbackParts Bad(string problem) => new([], "BadFeedback", problem);

    public static FeedbackParts Unknown(string problem) => new([], "UnknownVersion", problem);
}
