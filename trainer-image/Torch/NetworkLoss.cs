namespace ModelOperator.Torch;

/// <summary>What training makes small: the mean over the rows of</summary>
public enum NetworkLoss
{
    /// <summary>the squared difference.</summary>
    Squared,

    /// <summary>the log loss of 1 / (1 + exp(-output)).</summary>
    Binary,

    /// <summary>the log loss of exp(output) over that of all outputs.</summary>
    Classes,
}
