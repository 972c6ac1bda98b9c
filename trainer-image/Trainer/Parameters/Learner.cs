namespace ModelOperator.Trainer.Parameters;

/// <summary>How to learn.</summary>
public enum Learner
{
    /// <summary>Trees one after the other, each on what the ones before left over.</summary>
    GradientBoosting,

    /// <summary>Trees side by side, each on its own share of rows and columns, and their mean.</summary>
    RandomForest,

    /// <summary>Linear regression, or logistic regression where the objective has classes.</summary>
    Linear,

    /// <summary>A network of dense layers.</summary>
    Network,
}
