namespace ModelOperator.ModelFormat;

/// <summary>What was learned and how it was made.</summary>
public sealed class LearnerDocument
{
    /// <summary>"xgboost" in the format of trees, "linear" in that of linear models, "network" in that of networks.</summary>
    public required string Name { get; set; }

    /// <summary>Version of libxgboost that wrote the booster; a server needs this or a newer one. For a linear model the trainer's version, for a network libtorch's.</summary>
    public required string Version { get; set; }

    /// <summary>XGBoost's name of the objective, whatever the learner.</summary>
    public required string Objective { get; set; }

    /// <summary>The prediction before the first tree, on the target's scale; 0 for other models.</summary>
    public double BaseScore { get; set; }

    /// <summary>Rounds of trees in the booster, steps of the solver, or epochs.</summary>
    public int Rounds { get; set; }

    /// <summary>The file with what was learned, relative to this document.</summary>
    public required string File { get; set; }

    /// <summary>"sha256:" and the hash of that file's bytes.</summary>
    public required string Digest { get; set; }
}
