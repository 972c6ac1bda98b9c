namespace ModelOperator.Server.Feedback;

/// <summary>One truth as it was sent.</summary>
/// <param name="Id">The prediction's id.</param>
/// <param name="Number">The truth, when it is a number.</param>
/// <param name="Label">The truth, when it is a class label.</param>
/// <param name="Flag">The truth, when it is true or false.</param>
internal readonly record struct FeedbackItem(string Id, double? Number, string? Label, bool? Flag = null);
