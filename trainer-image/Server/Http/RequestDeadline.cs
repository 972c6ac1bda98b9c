namespace ModelOperator.Server.Http;

/// <summary>How long a request may wait: for the rest of its body, for its turn, for a predictor. One that waits for nothing needs no timer.</summary>
internal sealed class RequestDeadline(HttpContext context, ServerOptions options, TimeProvider time) : IDisposable
{
    private CancellationTokenSource? _timer;
    private CancellationTokenSource? _either;

    /// <summary>Ends a wait when the time is over or the client has gone away. The time begins with the first wait.</summary>
    internal CancellationToken Token
    {
        get
        {
            _timer ??= new CancellationTokenSource(options.RequestTimeout, time);
            _either ??= CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, context.RequestAborted);
            return _either.Token;
        }
    }

    /// <summary>The time is over, and there is still somebody to tell.</summary>
    internal bool IsOver => _timer is { IsCancellationRequested: true } && !context.RequestAborted.IsCancellationRequested;

    public void Dispose()
    {
        _either?.Dispose();
        _timer?.Dispose();
    }
}
