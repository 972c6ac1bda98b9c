using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Models;

/// <summary>One request's rows on their way to a GPU.</summary>
/// <param name="rows">Its rows.</param>
/// <param name="since">When it came, as a timestamp of the clock.</param>
internal sealed class WaitingRows(RowBuffer rows, long since)
{
    // Continued elsewhere: what predicts has the next batch to make.
    private readonly TaskCompletionSource _predicted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal RowBuffer Rows => rows;

    internal int Count { get; } = rows.Count;

    internal long Since => since;

    /// <summary>Whether it is in a batch, so that its rows are read and written until this ends.</summary>
    internal bool IsTaken { get; set; }

    /// <summary>Whether the request went away before.</summary>
    internal bool IsGone { get; set; }

    /// <summary>Ends with the predictions, the failure, or the request.</summary>
    internal Task Predicted => _predicted.Task;

    internal void Finish() => _predicted.TrySetResult();

    internal void Fail(Exception failure) => _predicted.TrySetException(failure);

    internal void Leave(CancellationToken cancellationToken) => _predicted.TrySetCanceled(cancellationToken);
}
