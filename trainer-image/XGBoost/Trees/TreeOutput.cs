namespace ModelOperator.XGBoost.Trees;

/// <summary>How the sum of the trees becomes a prediction.</summary>
internal enum TreeOutput
{
    /// <summary>As it is.</summary>
    Sum,

    /// <summary>1 / (1 + exp(-sum)).</summary>
    Probability,

    /// <summary>exp(sum) of each class over that of all classes.</summary>
    ClassProbabilities,
}
