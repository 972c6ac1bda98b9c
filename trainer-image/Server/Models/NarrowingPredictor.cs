using ModelOperator.ModelFormat;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Models;

/// <summary>Predicts by the columns that were learned from: rows of a model with features for formulas alone are wider. It ends on the caller's thread where the predictor in it does.</summary>
internal sealed class NarrowingPredictor(IRowPredictor predictor, ModelDocument model) : IRowPredictor
{
    private readonly int[] _columns = [.. model.Features.Index().Where(static pair => !pair.Item.FormulaOnly).Select(static pair => pair.Index)];

    public string Name => predictor.Name;

    public SampleTolerance Tolerance => predictor.Tolerance;

    public int BatchRows => predictor.BatchRows;

    public async ValueTask PredictAsync(RowBuffer rows, CancellationToken cancellationToken)
    {
        using var learned = new RowBuffer(_columns.Length, rows.Outputs);
        for (var row = 0; row < rows.Count; row++)
            Narrow(rows.Values.Slice(row * rows.Columns, rows.Columns), learned.Add());
        await predictor.PredictAsync(learned, cancellationToken);
        learned.Predictions.CopyTo(rows.Predictions);
    }

    public void Dispose() => predictor.Dispose();

    private void Narrow(ReadOnlySpan<float> row, Span<float> learned)
    {
        for (var column = 0; column < _columns.Length; column++)
            learned[column] = row[_columns[column]];
    }
}
