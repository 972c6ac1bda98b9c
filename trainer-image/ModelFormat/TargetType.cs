namespace ModelOperator.ModelFormat;

/// <summary>What is predicted.</summary>
public enum TargetType
{
    /// <summary>A number.</summary>
    Regression,

    /// <summary>The probability of the second of two classes.</summary>
    Binary,

    /// <summary>The probability of each of several classes.</summary>
    Multiclass,
}
