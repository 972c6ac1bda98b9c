namespace ModelOperator.Server.Predictions;

/// <summary>What a prediction's id says.</summary>
/// <param name="Prediction">The predicted value.</param>
/// <param name="Nonce">Tells this prediction from all others of its version.</param>
internal readonly record struct PredictionId(double Prediction, ulong Nonce);
