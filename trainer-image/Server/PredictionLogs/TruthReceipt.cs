namespace ModelOperator.Server.PredictionLogs;

/// <summary>Says when the truths of one request are kept, where its answer is to promise that.</summary>
internal sealed class TruthReceipt
{
    private readonly TaskCompletionSource<bool> _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The request itself is one of those that are waited for, until it has no more truths.
    private int _open = 1;

    /// <summary>One more truth waits to be kept.</summary>
    internal void Expect() => Interlocked.Increment(ref _open);

    /// <summary>One is kept.</summary>
    internal void Keep()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            _all.TrySetResult(true);
    }

    /// <summary>One is not kept, or nobody knows: all are to be sent again.</summary>
    internal void Fail() => _all.TrySetResult(false);

    /// <summary>There are no more.</summary>
    /// <returns>Whether all are kept.</returns>
    internal Task<bool> CloseAsync()
    {
        Keep();
        return _all.Task;
    }
}
