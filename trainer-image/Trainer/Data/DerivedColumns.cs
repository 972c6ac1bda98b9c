using ModelOperator.ModelFormat;
using ModelOperator.ModelFormat.Derived;

namespace ModelOperator.Trainer.Data;

/// <summary>Works out the columns of parameter 'derive' when all rows are read: a column's type is known then.</summary>
internal static class DerivedColumns
{
    /// <returns>The columns that were read, and the derived ones behind them.</returns>
    /// <exception cref="TrainerException">One reads a column that is not learned from, or no number, or has no finite value in any row.</exception>
    internal static IReadOnlyList<TableColumn> Append(IReadOnlyList<TableColumn> read, IReadOnlyList<DerivedColumn> derived, int rows)
    {
        if (derived.Count == 0)
            return read;
        var derivation = Derivation.Bind(
            read.Select(static column => column.Type == FeatureType.Numeric ? column.Name : null),
            derived,
            (column, name) => TrainerException.BadData(
                $"parameter 'derive': '{column.Name}' ({column.Formula.Text}) reads '{name}', allowed are derived columns before it and the numeric columns that are learned from: " +
                string.Join(", ", read.Where(static other => other.Type == FeatureType.Numeric).Select(static other => other.Name))));
        IReadOnlyList<TableColumn> all = [.. read, .. derived.Select(static column => new TableColumn(column.Name, false, 0) { Derived = column.Formula.Text })];
        var row = new float[all.Count];
        for (var i = 0; i < rows; i++)
        {
            for (var column = 0; column < read.Count; column++)
                row[column] = read[column].Values[i];
            derivation.Fill(row);
            for (var column = read.Count; column < row.Length; column++)
                all[column].Add(row[column]);
        }

        return all.Skip(read.Count).FirstOrDefault(static column => column.Values.All(float.IsNaN)) is { } empty
            ? throw TrainerException.BadData($"parameter 'derive': '{empty.Name}' ({empty.Derived}) has no finite value in any row")
            : all;
    }
}
