namespace ModelOperator.Gateway.Traffic;

/// <summary>Answer to a batch that went to several versions.</summary>
/// <param name="Results">One per version, in order of first appearance.</param>
public sealed record FeedbackAnswer(IReadOnlyList<FeedbackResult> Results);
