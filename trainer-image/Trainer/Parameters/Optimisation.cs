namespace ModelOperator.Trainer.Parameters;

/// <summary>What is made of a finished model besides.</summary>
public enum Optimisation
{
    None,

    /// <summary>All that the learner's models allow.</summary>
    Auto,

    /// <summary>A network's weights, and the values between layers, in 8 bits.</summary>
    Int8,

    /// <summary>A network's weights in 16 bits.</summary>
    Fp16,

    /// <summary>Fewer trees and fewer splits.</summary>
    Prune,

    /// <summary>Thresholds and leaves of trees in fewer bits.</summary>
    Round,
}
