using ModelOperator.ModelFormat;
using ModelOperator.XGBoost.Trees;

namespace ModelOperator.Trainer.Optimising;

/// <summary>Looks for the fewest trees, and then the fewest splits of them, that lose no more than is allowed.</summary>
internal static class TreeSearch
{
    // The strongest first: it is the one that is wanted, and the one that is scored fastest.
    private static readonly double[] Shares = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    private static readonly double[] Cuts = [0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];

    /// <returns>The trees left; null when nothing could go.</returns>
    internal static TreesModel? Prune(TreesModel model, bool forest, double maxLoss, Func<TreesModel, double> loss)
    {
        var fewer = Shares.Select(share => TreePruning.First(model, share, forest)).FirstOrDefault(trees => loss(trees) <= maxLoss) ?? model;
        var gains = TreePruning.Gains(fewer);
        var smaller = Cuts.Where(_ => gains.Length > 0).Select(cut => TreePruning.Collapse(fewer, gains[(int)(cut * (gains.Length - 1))])).FirstOrDefault(trees => loss(trees) <= maxLoss) ?? fewer;
        return smaller.Nodes < model.Nodes ? smaller : null;
    }
}
