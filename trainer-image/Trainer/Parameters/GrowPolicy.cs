namespace ModelOperator.Trainer.Parameters;

/// <summary>Which leaf of a tree is split next.</summary>
public enum GrowPolicy
{
    /// <summary>All of one depth before the next.</summary>
    DepthWise,

    /// <summary>The one that gains most, wherever it is: leaf-wise.</summary>
    LossGuide,
}
