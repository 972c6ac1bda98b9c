using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Grid;

/// <summary>Emissions of the next kilowatt-hour: for deciding when to run, never for accounting.</summary>
public readonly record struct MarginalSignal : IGridSignal
{
    /// <inheritdoc/>
    public static IntensitySignal Kind => IntensitySignal.Marginal;
}
