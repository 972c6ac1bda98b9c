using ModelOperator.ModelFormat;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Models;

/// <summary>The columns of a row that were learned from, of a model with features for formulas alone: its rows are wider than its predictor takes.</summary>
internal sealed class LearnedColumns
{
    private readonly int[] _columns;

    private LearnedColumns(int[] columns) => _columns = columns;

    /// <summary>Null where all columns were learned from.</summary>
    internal static LearnedColumns? Of(ModelDocument model) => model.Features.Exists(static feature => feature.FormulaOnly)
        ? new LearnedColumns([.. model.Features.Index().Where(static pair => !pair.Item.FormulaOnly).Select(static pair => pair.Index)])
        : null;

    /// <summary>Predicts rows by these columns. It ends on the caller's thread where the predictor does.</summary>
    internal async ValueTask PredictAsync(IRowPredictor predictor, RowBuffer rows, CancellationToken cancellationToken)
    {
        using var learned = new RowBuffer(_columns.Length, rows.Outputs);
        for (var row = 0; row < rows.Count; row++)
            Narrow(rows.Values.Slice(row * rows.Columns, rows.Columns), learned.Add());
        await predictor.PredictAsync(learned, cancellationToken);
        learned.Predictions.CopyTo(rows.Predictions);
    }

    private void Narrow(ReadOnlySpan<float> row, Span<float> learned)
    {
        for (var column = 0; column < _columns.Length; column++)
            learned[column] = row[_columns[column]];
    }
}
