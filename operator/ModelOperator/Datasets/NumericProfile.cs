namespace ModelOperator.Datasets;

/// <summary>Numbers of a column.</summary>
public sealed record NumericProfile
{
    /// <summary>Mean.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard deviation of the population.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Least value.</summary>
    public required double Minimum { get; init; }

    /// <summary>Greatest value.</summary>
    public required double Maximum { get; init; }

    /// <summary>Whether the quantiles are exact.</summary>
    public required bool Exact { get; init; }

    /// <summary>Pairs of share and value, ascending.</summary>
    public required IReadOnlyList<double[]> Quantiles { get; init; }

    /// <summary>Pairs of mean and weight of the t-digest, to merge profiles; absent while the quantiles are exact and the values many.</summary>
    public IReadOnlyList<double[]>? Centroids { get; init; }
}
