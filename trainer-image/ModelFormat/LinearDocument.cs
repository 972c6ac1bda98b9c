namespace ModelOperator.ModelFormat;

/// <summary>
/// The content of linear.json. A row's sum per output is intercept + sum over columns of coefficient (x - mean) / scale, a missing value adding nothing;
/// the prediction is that sum, 1 / (1 + exp(-sum)), or for several classes exp(sum) over that of all.
/// </summary>
public sealed class LinearDocument
{
    /// <summary>One per output.</summary>
    public required List<double> Intercepts { get; set; }

    public required List<LinearColumn> Columns { get; set; }
}
