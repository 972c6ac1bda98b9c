namespace ModelOperator.Predictions;

/// <summary>What a model server hands over at once.</summary>
public sealed record PredictionBatch
{
    /// <summary>Most predictions, and most truths.</summary>
    public const int MostRows = 1_000;

    /// <summary>Largest body, in bytes.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>Predictions.</summary>
    public IReadOnlyList<LoggedPrediction?>? Predictions { get; init; }

    /// <summary>Truths; their predictions may have come before or may come later.</summary>
    public IReadOnlyList<LoggedTruth?>? Truths { get; init; }
}
