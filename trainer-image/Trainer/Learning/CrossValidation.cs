using ModelOperator.Trainer.Output;

namespace ModelOperator.Trainer.Learning;

/// <summary>
/// Each part of the training rows in turn is predicted by a model that learned from the other parts only, encoding included. The validation rows take no
/// part in it.
/// </summary>
internal static class CrossValidation
{
    /// <param name="data">All rows.</param>
    /// <param name="seed">Deals the rows.</param>
    /// <param name="folds">How many parts.</param>
    /// <param name="learn">Learns from a part's data; told which, from 0.</param>
    /// <param name="say">Told each part's scores.</param>
    /// <returns>cv_NAME, the mean over the parts, and cv_NAME_std, the standard deviation (population); scores that some part lacks are left out.</returns>
    internal static SortedDictionary<string, double> Run(
        PreparedData data, int seed, int folds, Func<PreparedData, int, ILearned> learn, Action<int, IEnumerable<(string Name, double Value)>> say)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (folds == 0)
            return metrics;
        var values = new SortedDictionary<string, List<double>>(StringComparer.Ordinal);
        for (var fold = 0; fold < folds; fold++)
        {
            var part = data.Fold(seed, fold, folds);
            using var learned = learn(part, fold);
            var scores = Evaluation.Score(part.Table.TargetType, learned.Predict(part.Validation!), part.Validation!.Labels).ToList();
            say(fold, scores);
            foreach (var (name, value) in scores)
            {
                if (!values.TryGetValue(name, out var known))
                    values[name] = known = [];
                known.Add(value);
            }
        }

        foreach (var (name, all) in values.Where(pair => pair.Value.Count == folds))
        {
            var mean = all.Average();
            metrics["cv_" + name] = mean;
            metrics[$"cv_{name}_std"] = Math.Sqrt(all.Average(value => (value - mean) * (value - mean)));
        }

        return metrics;
    }
}
