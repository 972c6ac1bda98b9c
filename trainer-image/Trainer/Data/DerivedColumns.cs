using ModelOperator.ModelFormat;
using ModelOperator.ModelFormat.Derived;

namespace ModelOperator.Trainer.Data;

/// <summary>Works out the columns of parameter 'derive' when all rows are read: a column's type is known then.</summary>
internal static class DerivedColumns
{
    /// <param name="learned">Columns to learn from.</param>
    /// <param name="others">Columns that formulas read besides.</param>
    /// <param name="derived">What is to be worked out.</param>
    /// <param name="rows">Of the table.</param>
    /// <returns>The columns to learn from, and the derived ones behind them.</returns>
    /// <exception cref="TrainerException">One reads a column that is not there, or no number, or has no finite value in any row.</exception>
    internal static IReadOnlyList<TableColumn> Append(
        IReadOnlyList<TableColumn> learned, IReadOnlyList<TableColumn> others, IReadOnlyList<DerivedColumn> derived, int rows)
    {
        if (derived.Count == 0)
            return learned;
        IReadOnlyList<TableColumn> read = [.. learned, .. others];
        var derivation = Derivation.Bind(
            read.Select(static column => column.Type == FeatureType.Numeric ? column.Name : null),
            derived,
            (column, name) => TrainerException.BadData(
                $"parameter 'derive': '{column.Name}' ({column.Formula.Text}) reads '{name}', allowed are derived columns before it and the data's numeric columns but the target"));
        List<TableColumn> made = [.. derived.Select(static column => new TableColumn(column.Name, false, 0) { Derived = column.Formula.Text })];
        var row = new float[read.Count + made.Count];
        for (var i = 0; i < rows; i++)
        {
            for (var column = 0; column < read.Count; column++)
                row[column] = read[column].Values[i];
            derivation.Fill(row);
            for (var column = 0; column < made.Count; column++)
                made[column].Add(row[read.Count + column]);
        }

        return made.Find(static column => column.Values.All(float.IsNaN)) is { } empty
            ? throw TrainerException.BadData($"parameter 'derive': '{empty.Name}' ({empty.Derived}) has no finite value in any row")
            : [.. learned, .. made];
    }
}
