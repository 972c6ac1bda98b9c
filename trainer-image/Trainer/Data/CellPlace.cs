namespace ModelOperator.Trainer.Data;

/// <summary>Where a cell stands, for messages alone: its text is made when there is one.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Line">The line that its record starts on, from 1.</param>
public readonly record struct CellPlace(string File, long Line)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}";
}
