namespace ModelOperator.ModelFormat;

/// <summary>How a column is fed to the trees.</summary>
public enum FeatureType
{
    /// <summary>A finite number, as it is.</summary>
    Numeric,

    /// <summary>A text, fed as its position in the feature's ordered list of categories.</summary>
    Categorical,
}
