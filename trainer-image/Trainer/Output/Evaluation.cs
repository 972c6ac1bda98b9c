using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Learning;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Output;

/// <summary>What the finished model does on the data.</summary>
/// <param name="Metrics">train_* and validation_*.</param>
/// <param name="TrainPredictions">One per training row.</param>
/// <param name="Gains">Total gain per feature.</param>
internal sealed record Evaluation(SortedDictionary<string, double> Metrics, float[] TrainPredictions, double[] Gains)
{
    internal static Evaluation Of(byte[] model, PreparedData data, int threads)
    {
        using var booster = Booster.Load(model);
        booster.SetParameter("nthread", threads.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var predictions = Predict(booster, data.Train, threads);
        Add(metrics, "train", data, predictions, data.Train.Labels);
        if (data.Validation is { } validation)
            Add(metrics, "validation", data, Predict(booster, validation, threads), validation.Labels);
        return new Evaluation(metrics, predictions, booster.TotalGain(data.Train.Columns));
    }

    private static float[] Predict(Booster booster, Dataset dataset, int threads)
    {
        using var matrix = DMatrix.FromDense(dataset.Values, dataset.Columns, dataset.Labels, threads);
        return booster.Predict(matrix);
    }

    private static void Add(SortedDictionary<string, double> metrics, string set, PreparedData data, float[] predictions, float[] labels)
    {
        var scores = data.Table.TargetType == TargetType.Regression ? Scores.Regression(predictions, labels) : Scores.Binary(predictions, labels);
        foreach (var (name, value) in scores)
            metrics[$"{set}_{name}"] = value;
    }
}
