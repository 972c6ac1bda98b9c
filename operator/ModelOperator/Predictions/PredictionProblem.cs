namespace ModelOperator.Predictions;

/// <summary>Why a batch was not taken.</summary>
/// <param name="Reason">A word for programs.</param>
/// <param name="Message">For people.</param>
public sealed record PredictionProblem(string Reason, string Message);
