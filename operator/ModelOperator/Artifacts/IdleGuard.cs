namespace ModelOperator.Artifacts;

/// <summary>Cancels an exchange when nothing has moved for a while; each <see cref="Touch"/> starts the wait anew.</summary>
internal sealed class IdleGuard : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenSource _idle;
    private readonly TimeSpan _timeout;

    public IdleGuard(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        _timeout = timeout;
        _idle = new CancellationTokenSource(timeout, time);
        _source = CancellationTokenSource.CreateLinkedTokenSource(_idle.Token, cancellationToken);
    }

    /// <summary>Ends the exchange.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Something moved.</summary>
    /// <param name="more">What the other side may be silent for beyond the usual.</param>
    public void Touch(TimeSpan more = default) => _idle.CancelAfter(_timeout + more);

    public void Dispose()
    {
        _source.Dispose();
        _idle.Dispose();
    }
}
