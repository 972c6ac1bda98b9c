namespace ModelOperator.ModelFormat;

/// <summary>One input column.</summary>
public sealed class FeatureDocument
{
    public required string Name { get; set; }

    public FeatureType Type { get; set; }

    /// <summary>For Categorical: all categories seen in training, in the order of their codes 0, 1, 2, …</summary>
    public List<string>? Categories { get; set; }

    /// <summary>Whether training saw missing values here, so that null may be sent.</summary>
    public bool AllowMissing { get; set; }

    /// <summary>Share of the trees' total gain, of the sizes of a linear model's standardised coefficients, or of the products of a network's weights; 0 to 1.</summary>
    public double Importance { get; set; }

    public required FeatureProfile Profile { get; set; }
}
