namespace ModelOperator.Trainer.Data;

/// <summary>A part of the rows.</summary>
/// <param name="Name">What its scores are called by.</param>
/// <param name="Has">Whether it has the row.</param>
public sealed record RowSlice(string Name, IReadOnlyList<bool> Has);
