namespace ModelOperator.ModelFormat;

/// <summary>Kind of a column of a signature.</summary>
public enum SignatureType
{
    /// <summary>A number.</summary>
    Numeric,

    /// <summary>A text of a fixed set.</summary>
    Categorical,

    /// <summary>The probability of the second of two classes.</summary>
    Probability,
}
