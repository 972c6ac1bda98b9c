using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Grid;

/// <summary>
/// What an intensity means, as a type: figures of one signal cannot be handed to code that wants the other. Accounting asks for
/// <see cref="AverageSignal"/>, deciding when to run for <see cref="MarginalSignal"/>.
/// </summary>
public interface IGridSignal
{
    /// <summary>The signal as a value, for texts and metrics.</summary>
    static abstract IntensitySignal Kind { get; }
}
