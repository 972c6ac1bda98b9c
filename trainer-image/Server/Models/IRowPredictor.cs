using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Models;

/// <summary>Predicts encoded rows; safe for many callers at once.</summary>
internal interface IRowPredictor : IDisposable
{
    /// <summary>For people: what does the work.</summary>
    string Name { get; }

    /// <summary>Fills <see cref="RowBuffer.Predictions"/>.</summary>
    ValueTask PredictAsync(RowBuffer rows, CancellationToken cancellationToken);
}
