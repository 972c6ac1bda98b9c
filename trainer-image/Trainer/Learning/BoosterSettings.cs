using System.Globalization;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Learning;

/// <summary>Our parameters in XGBoost's words, for library versions 1.7 to 3.x.</summary>
internal static class BoosterSettings
{
    private static readonly Version UnifiedDevice = new(2, 0);

    internal static string ObjectiveName(Objective objective) => objective == Objective.Regression ? "reg:squarederror" : "binary:logistic";

    internal static string EvaluationMetric(Objective objective) => objective == Objective.Regression ? "rmse" : "logloss";

    internal static IEnumerable<(string Name, string Value)> For(TrainingParameters parameters, double baseScore, int threads, Version library)
    {
        var cuda = parameters.Device == TrainingDevice.Cuda;
        yield return ("objective", ObjectiveName(parameters.Objective));
        yield return ("eval_metric", EvaluationMetric(parameters.Objective));
        yield return ("base_score", ((float)baseScore).ToString("R", CultureInfo.InvariantCulture));
        yield return ("tree_method", cuda && library < UnifiedDevice ? "gpu_hist" : "hist");
        if (library >= UnifiedDevice)
            yield return ("device", cuda ? "cuda" : "cpu");
        yield return ("max_depth", Text(parameters.MaxDepth));
        yield return ("eta", Text(parameters.Eta));
        yield return ("min_child_weight", Text(parameters.MinChildWeight));
        yield return ("lambda", Text(parameters.Lambda));
        yield return ("gamma", Text(parameters.Gamma));
        yield return ("max_bin", Text(parameters.MaxBin));
        yield return ("seed", Text(parameters.Seed));
        yield return ("nthread", Text(threads));
        yield return ("verbosity", "1");
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
