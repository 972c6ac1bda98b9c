using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Learning;

namespace ModelOperator.Trainer.Output;

/// <summary>What the finished model does on the data.</summary>
/// <param name="Metrics">train_* and validation_*.</param>
/// <param name="TrainPredictions">Of the training rows, row by row.</param>
internal sealed record Evaluation(SortedDictionary<string, double> Metrics, float[] TrainPredictions)
{
    internal static Evaluation Of(ILearned learned, PreparedData data)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var predictions = learned.Predict(data.Train);
        Add(metrics, "train", data, predictions, data.Train.Labels);
        if (data.Validation is { } validation)
            Add(metrics, "validation", data, learned.Predict(validation), validation.Labels);
        return new Evaluation(metrics, predictions);
    }

    /// <summary>The scores that suit the target.</summary>
    internal static IEnumerable<(string Name, double Value)> Score(TargetType target, float[] predictions, float[] labels) => target switch
    {
        TargetType.Regression => Scores.Regression(predictions, labels),
        TargetType.Binary => Scores.Binary(predictions, labels),
        _ => Scores.Multiclass(predictions, labels),
    };

    private static void Add(SortedDictionary<string, double> metrics, string set, PreparedData data, float[] predictions, float[] labels)
    {
        foreach (var (name, value) in Score(data.Table.TargetType, predictions, labels))
            metrics[$"{set}_{name}"] = value;
    }
}
