using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Learning;

namespace ModelOperator.Trainer.Output;

/// <summary>What the finished model does on the data.</summary>
/// <param name="Metrics">train_* and validation_*, of a slice validation_*@slice.</param>
/// <param name="TrainPredictions">Of the training rows, row by row.</param>
internal sealed record Evaluation(SortedDictionary<string, double> Metrics, float[] TrainPredictions)
{
    /// <param name="learned">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="leastRows">Slices of fewer validation rows are left out.</param>
    /// <param name="leftOut">Told of those: the slice, and its validation rows.</param>
    internal static Evaluation Of(ILearned learned, PreparedData data, int leastRows, Action<string, int> leftOut)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var predictions = learned.Predict(data.Train);
        Add(metrics, "train", data, predictions, data.Train.Labels);
        if (data.Validation is { } validation)
        {
            var validated = learned.Predict(validation);
            Add(metrics, "validation", data, validated, validation.Labels);
            foreach (var slice in data.Table.Slices)
                AddSlice(metrics, data, slice, (validated, validation.Labels), leastRows, leftOut);
        }

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

    private static void AddSlice(
        SortedDictionary<string, double> metrics, PreparedData data, RowSlice slice, (float[] Predictions, float[] Labels) all, int leastRows, Action<string, int> leftOut)
    {
        var outputs = data.Table.Outputs;
        List<float> predictions = [], labels = [];
        foreach (var (place, _) in data.Split.ValidationRows.Index().Where(pair => slice.Has[pair.Item]))
        {
            predictions.AddRange(all.Predictions.AsSpan(place * outputs, outputs));
            labels.Add(all.Labels[place]);
        }

        if (labels.Count < leastRows)
        {
            leftOut(slice.Name, labels.Count);
            return;
        }

        foreach (var (name, value) in Score(data.Table.TargetType, [.. predictions], [.. labels]))
            metrics[$"validation_{name}@{slice.Name}"] = value;
    }
}
