namespace ModelOperator.CarbonTools;

/// <summary>SCI of one model's training: all its runs, failed ones included, over what the model was trained on.</summary>
internal sealed record SciReport
{
    public required string Model { get; init; }

    public required int Runs { get; init; }

    public required int FailedRuns { get; init; }

    public required decimal OperationalGrams { get; init; }

    public required decimal EmbodiedGrams { get; init; }

    public required string Unit { get; init; }

    public decimal? GramsPerUnit { get; init; }

    /// <summary>Why there is no figure.</summary>
    public string? Reason { get; init; }
}
