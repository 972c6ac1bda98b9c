using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Data;

/// <summary>The rows to learn from.</summary>
/// <param name="Features">In the model's order.</param>
/// <param name="Target">One number per row; of classes their position: for a Binary target 0 or 1.</param>
/// <param name="TargetType">What the target is.</param>
/// <param name="Classes">The labels of a target of classes, in the order of their positions.</param>
/// <param name="RowIndices">Each row's position in the files, before filtering.</param>
public sealed record Table(
    IReadOnlyList<TableColumn> Features,
    IReadOnlyList<float> Target,
    TargetType TargetType,
    IReadOnlyList<string>? Classes,
    IReadOnlyList<long> RowIndices)
{
    /// <summary>Parts of the rows that are scored by themselves.</summary>
    public IReadOnlyList<RowSlice> Slices { get; init; } = [];

    /// <summary>Numbers that formulas read and that are not learned from.</summary>
    public IReadOnlyList<TableColumn> FormulaOnly { get; init; } = [];

    public int Rows => Target.Count;

    /// <summary>Predictions per row: one, or one per class where there are several.</summary>
    public int Outputs => TargetType == TargetType.Multiclass ? Classes!.Count : 1;
}
