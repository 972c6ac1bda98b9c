namespace ModelOperator.CanaryDeployments;

/// <summary>What 200 to feedback promises.</summary>
public enum TruthAcknowledgement
{
    /// <summary>The server has counted the truths.</summary>
    Counted,

    /// <summary>The history has them.</summary>
    Kept,
}
