using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Grid;

/// <summary>Average of the grid's generation, location-based: for accounting.</summary>
public readonly record struct AverageSignal : IGridSignal
{
    /// <inheritdoc/>
    public static IntensitySignal Kind => IntensitySignal.Average;
}
