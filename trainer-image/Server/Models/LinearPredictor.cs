using ModelOperator.ModelFormat;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Models;

/// <summary>Sums a row's scaled values, on the caller's thread.</summary>
internal sealed class LinearPredictor(LinearScorer scorer) : IRowPredictor
{
    public string Name => "linear";

    public ValueTask PredictAsync(RowBuffer rows, CancellationToken cancellationToken)
    {
        scorer.Predict(rows.Values, rows.Predictions);
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
    }
}
