namespace ModelOperator.ModelFormat;

/// <summary>A feature, or one category of one, as a column of mean 0 and variance 1 over the training rows; a missing value stands at the mean.</summary>
/// <param name="Feature">Position of the feature.</param>
/// <param name="Category">For a categorical feature: x is 1 where the value has this code, else 0.</param>
/// <param name="Mean">Of the training rows that have a value.</param>
/// <param name="Scale">Standard deviation over all training rows.</param>
public readonly record struct ScaledColumn(int Feature, int? Category, double Mean, double Scale)
{
    // No training row of a set that fits into memory is so far out; the square of the largest number that a client may send would be infinite.
    private const double Farthest = 1e6;

    /// <summary>A row's value in this column.</summary>
    public double Of(ReadOnlySpan<float> row)
    {
        var value = row[Feature];
        return float.IsNaN(value) ? 0 : ((Category is { } code ? (value == code ? 1 : 0) : value) - Mean) / Scale;
    }

    /// <summary>Writes a row's columns as a network takes them.</summary>
    public static void Fill(ReadOnlySpan<ScaledColumn> columns, ReadOnlySpan<float> row, Span<float> values)
    {
        for (var i = 0; i < columns.Length; i++)
            values[i] = (float)Math.Clamp(columns[i].Of(row), -Farthest, Farthest);
    }
}
