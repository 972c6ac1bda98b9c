namespace ModelOperator.Datasets;

/// <summary>Lengths of texts, in characters.</summary>
public sealed record LengthProfile
{
    /// <summary>Mean.</summary>
    public required double Mean { get; init; }

    /// <summary>Least.</summary>
    public required double Minimum { get; init; }

    /// <summary>Greatest.</summary>
    public required double Maximum { get; init; }
}
