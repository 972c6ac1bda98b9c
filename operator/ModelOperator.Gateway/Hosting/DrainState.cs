namespace ModelOperator.Gateway.Hosting;

/// <summary>Whether the gateway is on its way out.</summary>
internal sealed class DrainState : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private volatile bool _draining;

    /// <summary>True from SIGTERM on.</summary>
    public bool Draining => _draining;

    /// <summary>Cancelled once no traffic is taken any more: what waits for something must not wait longer.</summary>
    public CancellationToken Ending => _ending.Token;

    public void Begin() => _draining = true;

    public void End() => _ending.Cancel();

    public void Dispose() => _ending.Dispose();
}
