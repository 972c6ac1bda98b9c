namespace ModelOperator.Trainer.Parameters;

/// <summary>What is learned.</summary>
public enum Objective
{
    /// <summary>A number, by squared error (XGBoost's reg:squarederror).</summary>
    Regression,

    /// <summary>The probability of the second of two classes (binary:logistic).</summary>
    Binary,

    /// <summary>The probability of each of several classes (multi:softprob).</summary>
    Multiclass,
}
