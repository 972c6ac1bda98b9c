namespace ModelOperator.Trainer.Optimising;

/// <summary>A model ready to predict.</summary>
/// <param name="Predict">Safe for many threads at once.</param>
/// <param name="MemoryBytes">What it holds on the heap, its file aside.</param>
internal sealed record Loaded(RowsPrediction Predict, long MemoryBytes);
