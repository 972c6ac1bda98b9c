using ModelOperator.Server.Rows;
using ModelOperator.XGBoost.Trees;

namespace ModelOperator.Server.Models;

/// <summary>Walks the trees itself, on the caller's thread: a row takes a few microseconds.</summary>
internal sealed class TreePredictor(TreeEnsemble trees) : IRowPredictor
{
    public string Name => "trees";

    public ValueTask PredictAsync(RowBuffer rows, CancellationToken cancellationToken)
    {
        trees.Predict(rows.Values, rows.Predictions);
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
    }
}
