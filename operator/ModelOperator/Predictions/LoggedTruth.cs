namespace ModelOperator.Predictions;

/// <summary>The truth about a prediction, as a model server got it.</summary>
public sealed record LoggedTruth
{
    /// <summary>Id of the prediction.</summary>
    public string? Id { get; init; }

    /// <summary>When it came, by the server's clock.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The value, 0 or 1, or the position of the true class.</summary>
    public double? Truth { get; init; }

    /// <summary>Label of the true class, of Multiclass models.</summary>
    public string? Label { get; init; }
}
