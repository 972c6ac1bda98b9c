namespace ModelOperator.Trainer.Optimising;

/// <summary>Fills the predictions of encoded rows, row by row, as the server does.</summary>
internal delegate void RowsPrediction(ReadOnlySpan<float> rows, Span<float> predictions);
