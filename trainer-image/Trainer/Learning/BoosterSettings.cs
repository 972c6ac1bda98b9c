using System.Globalization;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Learning;

/// <summary>Our parameters in XGBoost's words, for library versions 1.7 to 3.x.</summary>
internal static class BoosterSettings
{
    private static readonly Version UnifiedDevice = new(2, 0);

    internal static string ObjectiveName(Objective objective) => objective switch
    {
        Objective.Regression => "reg:squarederror",
        Objective.Binary => "binary:logistic",
        _ => "multi:softprob",
    };

    internal static string EvaluationMetric(Objective objective) => objective switch
    {
        Objective.Regression => "rmse",
        Objective.Binary => "logloss",
        _ => "mlogloss",
    };

    internal static IEnumerable<(string Name, string Value)> For(TrainingParameters parameters, int outputs, double baseScore, int threads, Version library)
    {
        var trees = parameters.Trees!;
        var cuda = parameters.Device == TrainingDevice.Cuda;
        yield return ("objective", ObjectiveName(parameters.Objective));
        yield return ("eval_metric", EvaluationMetric(parameters.Objective));
        yield return ("base_score", ((float)baseScore).ToString("R", CultureInfo.InvariantCulture));
        yield return ("tree_method", cuda && library < UnifiedDevice ? "gpu_hist" : "hist");
        if (library >= UnifiedDevice)
            yield return ("device", cuda ? "cuda" : "cpu");
        if (outputs > 1)
            yield return ("num_class", Text(outputs));
        yield return ("num_parallel_tree", Text(trees.TreesPerRound));
        yield return ("grow_policy", trees.GrowPolicy == GrowPolicy.LossGuide ? "lossguide" : "depthwise");
        yield return ("max_depth", Text(trees.MaxDepth));
        yield return ("max_leaves", Text(trees.MaxLeaves));
        yield return ("eta", Text(trees.Eta));
        // Boosting deals its rows itself, see RowSampling.
        yield return ("subsample", Text(trees.IsForest ? trees.Subsample : 1));
        yield return ("colsample_bynode", Text(trees.ColsampleByNode));
        yield return ("min_child_weight", Text(trees.MinChildWeight));
        yield return ("lambda", Text(trees.Lambda));
        yield return ("gamma", Text(trees.Gamma));
        yield return ("max_bin", Text(trees.MaxBin));
        yield return ("seed", Text(parameters.Seed));
        yield return ("nthread", Text(threads));
        yield return ("verbosity", "1");
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
