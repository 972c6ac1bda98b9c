using ModelOperator.Server.Http;

namespace ModelOperator.Server.PredictionLogs;

/// <summary>Says when the truths of one request are kept, where its answer is to promise that.</summary>
/// <param name="closed">Told when the request does not wait any more.</param>
internal sealed class TruthReceipt(Action<TruthReceipt>? closed = null) : IDisposable
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

    /// <summary>Waits until all are kept; there are no more.</summary>
    /// <exception cref="RequestException">They are not, or not in time.</exception>
    internal async Task KeptAsync(RequestDeadline deadline)
    {
        try
        {
            if (!await CloseAsync().WaitAsync(deadline.Token))
                throw NotKept();
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            throw NotKept();
        }
    }

    // No error of the model's, and none of the client's either.
    internal static RequestException NotKept() =>
        new(StatusCodes.Status429TooManyRequests, "the truths are not kept yet, since what keeps them is away or slow: send them again, they are counted and kept once");

    public void Dispose() => closed?.Invoke(this);

    /// <summary>There are no more.</summary>
    /// <returns>Whether all are kept.</returns>
    internal Task<bool> CloseAsync()
    {
        Keep();
        return _all.Task;
    }
}
