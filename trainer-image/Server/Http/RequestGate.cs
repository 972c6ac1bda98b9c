namespace ModelOperator.Server.Http;

/// <summary>Lets so many requests with bodies in at once and so many more wait for their turn; the others are told to come back.</summary>
internal sealed class RequestGate(ServerOptions options) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.MaxConcurrentRequests);
    private int _waiting;

    internal int InFlight => options.MaxConcurrentRequests - _turns.CurrentCount;

    internal int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Returns with a turn, which <see cref="Leave"/> gives back.</summary>
    /// <exception cref="RequestException">429: too many wait, or this one has waited too long.</exception>
    internal ValueTask EnterAsync(RequestDeadline deadline) => _turns.Wait(0) ? ValueTask.CompletedTask : WaitAsync(deadline);

    internal void Leave() => _turns.Release();

    public void Dispose() => _turns.Dispose();

    private async ValueTask WaitAsync(RequestDeadline deadline)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > options.MaxQueuedRequests)
                throw TooMany();
            await _turns.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            throw TooMany();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private RequestException TooMany() => new(
        StatusCodes.Status429TooManyRequests,
        $"{options.MaxConcurrentRequests} requests are under way and {options.MaxQueuedRequests} may wait for at most {options.RequestTimeout.TotalSeconds} s; come back later");
}
