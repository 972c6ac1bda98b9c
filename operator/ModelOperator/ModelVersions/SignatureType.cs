namespace ModelOperator.ModelVersions;

/// <summary>Kind of a column.</summary>
public enum SignatureType
{
    /// <summary>A number.</summary>
    Numeric,

    /// <summary>A text of a fixed set.</summary>
    Categorical,

    /// <summary>A number from 0 to 1: the probability of the second of two classes.</summary>
    Probability,
}
