using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Output;

namespace ModelOperator.Trainer.Optimising;

/// <summary>Scores predictors on the validation rows.</summary>
internal sealed class Judge(PreparedData data, Dataset validation, int threads, CancellationToken stop)
{
    private const int RowsAtOnce = 256;

    /// <summary>Scores by name; null where a prediction is no finite number.</summary>
    /// <exception cref="TrainerException">Asked to stop.</exception>
    internal SortedDictionary<string, double>? Score(RowsPrediction predictor)
    {
        if (stop.IsCancellationRequested)
            throw new TrainerException(ExitCode.Yielded, "asked to stop while optimising; the next attempt goes on from the checkpoint of the last round, where MODELOP_CHECKPOINT_DIR is set and kept");
        var outputs = data.Table.Outputs;
        var predictions = new float[validation.Rows * outputs];
        Parallel.For(0, (validation.Rows + RowsAtOnce - 1) / RowsAtOnce, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            var (first, end) = (part * RowsAtOnce, Math.Min(validation.Rows, (part + 1) * RowsAtOnce));
            predictor(validation.Values.AsSpan(first * validation.Columns, (end - first) * validation.Columns), predictions.AsSpan(first * outputs, (end - first) * outputs));
        });
        if (!Array.TrueForAll(predictions, float.IsFinite))
            return null;
        return new SortedDictionary<string, double>(
            Evaluation.Score(data.Table.TargetType, predictions, validation.Labels).ToDictionary(static score => score.Name, static score => score.Value), StringComparer.Ordinal);
    }

    /// <summary>What a predictor loses; infinite where a prediction is no finite number.</summary>
    internal double Loss(IReadOnlyDictionary<string, double> before, RowsPrediction predictor) =>
        Score(predictor) is { } after ? AccuracyLoss.Of(data.Table.TargetType, before, after) : double.PositiveInfinity;
}
