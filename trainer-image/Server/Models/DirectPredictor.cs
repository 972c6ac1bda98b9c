using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Models;

/// <summary>Predicts on the caller's thread: a row takes microseconds.</summary>
internal sealed class DirectPredictor(string name, DirectPredictor.RowsPrediction predict) : IRowPredictor
{
    /// <summary>Fills the predictions of rows.</summary>
    internal delegate void RowsPrediction(ReadOnlySpan<float> rows, Span<float> predictions);

    public string Name => name;

    public ValueTask PredictAsync(RowBuffer rows, CancellationToken cancellationToken)
    {
        predict(rows.Values, rows.Predictions);
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
    }
}
