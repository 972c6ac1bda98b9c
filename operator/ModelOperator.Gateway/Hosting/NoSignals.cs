namespace ModelOperator.Gateway.Hosting;

/// <summary>Host lifetime that leaves signals alone: the gateway drains before it stops its servers.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
