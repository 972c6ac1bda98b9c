namespace ModelOperator.Datasets;

/// <summary>What reading a dataset found.</summary>
/// <param name="Rows">Rows, headers not counted.</param>
/// <param name="Columns">Columns in the order of the header.</param>
/// <param name="Violations">Broken rules.</param>
public sealed record DatasetInspection(long Rows, IReadOnlyList<ColumnState> Columns, DatasetViolations Violations);
