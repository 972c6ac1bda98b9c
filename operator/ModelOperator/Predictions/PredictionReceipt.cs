namespace ModelOperator.Predictions;

/// <summary>What became of a batch: committed when this is told.</summary>
/// <param name="Taken">Rows that are kept, those that were there before among them.</param>
/// <param name="Refused">Rows that never will be.</param>
/// <param name="Reasons">The first reasons.</param>
public sealed record PredictionReceipt(int Taken, int Refused, IReadOnlyList<string> Reasons);
