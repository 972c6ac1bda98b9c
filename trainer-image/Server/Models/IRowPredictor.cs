using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Models;

/// <summary>Predicts encoded rows; safe for many callers at once.</summary>
internal interface IRowPredictor : IDisposable
{
    /// <summary>For people: what does the work.</summary>
    string Name { get; }

    /// <summary>How far predictions may be from the trainer's.</summary>
    SampleTolerance Tolerance => SampleTolerance.Exact;

    /// <summary>The most rows that are predicted in one call, which is worth a warm-up; 1 where there is nothing to warm.</summary>
    int BatchRows => 1;

    /// <summary>Fills <see cref="RowBuffer.Predictions"/>.</summary>
    ValueTask PredictAsync(RowBuffer rows, CancellationToken cancellationToken);
}
