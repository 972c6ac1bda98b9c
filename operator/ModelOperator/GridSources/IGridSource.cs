using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>A source of intensities of one signal; a source that has both is two of these.</summary>
/// <typeparam name="TSignal">Average or marginal.</typeparam>
public interface IGridSource<TSignal>
    where TSignal : struct, IGridSignal
{
    /// <summary>Name, as in <see cref="GridSourceNames"/>.</summary>
    string Name { get; }

    /// <summary>What is known of a zone from a time on, forecast included. Problems are part of the answer, never an exception; bounded in time.</summary>
    /// <param name="zone">Zone by the source's own name.</param>
    /// <param name="from">Start of the past that is asked for.</param>
    /// <param name="now">The time; what lies after it is a forecast.</param>
    /// <param name="rank">Place of the source in the chain, for the slots.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<GridAnswer> ReadAsync(string zone, DateTimeOffset from, DateTimeOffset now, int rank, CancellationToken cancellationToken);
}
