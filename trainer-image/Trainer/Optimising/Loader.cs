using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Output;
using ModelOperator.XGBoost.Trees;

namespace ModelOperator.Trainer.Optimising;

/// <summary>Makes a predictor of a file, as the server does.</summary>
internal sealed class Loader(PreparedData data)
{
    private readonly int[] _categories = data.CategoryCounts();

    /// <exception cref="NotSupportedException">The trees are none that are walked here.</exception>
    /// <exception cref="ModelFormatException">The file cannot be used.</exception>
    internal Loaded Load(Candidate candidate) => candidate.Format switch
    {
        ModelDocument.NetworkFormatName or ModelDocument.Int8NetworkFormatName => Of(new NetworkScorer(NetworkFile.Read(candidate.Content), _categories, data.Table.TargetType, data.Table.Outputs)),
        ModelDocument.TreesFormatName => Of(TreeEnsemble.Of(TreesFile.Read(candidate.Content, data.Table.TargetType))),
        _ => Of(TreeEnsemble.Read(candidate.Content, data.Train.Columns)),
    };

    private static Loaded Of(NetworkScorer scorer) => new(scorer.Predict, scorer.HeldBytes);

    private static Loaded Of(TreeEnsemble trees) => new(trees.Predict, trees.HeldBytes);
}
