namespace ModelOperator.ModelFormat;

/// <summary>The booster and how it was made.</summary>
public sealed class LearnerDocument
{
    /// <summary>Always "xgboost" in this format.</summary>
    public required string Name { get; set; }

    /// <summary>Version of libxgboost that wrote the booster; a server needs this or a newer one.</summary>
    public required string Version { get; set; }

    /// <summary>XGBoost's name of the objective.</summary>
    public required string Objective { get; set; }

    /// <summary>The prediction before the first tree, on the target's scale.</summary>
    public double BaseScore { get; set; }

    /// <summary>Rounds of trees in the booster.</summary>
    public int Rounds { get; set; }

    /// <summary>The booster's file, relative to this document.</summary>
    public required string File { get; set; }

    /// <summary>"sha256:" and the hash of that file's bytes.</summary>
    public required string Digest { get; set; }
}
