using Microsoft.Extensions.Hosting;

namespace ModelOperator.Kubernetes.Runtime.Tests.Support;

/// <summary>Remembers whether the process was asked to stop.</summary>
public sealed class FakeLifetime : IHostApplicationLifetime
{
    public bool Stopped { get; private set; }

    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => CancellationToken.None;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication() => Stopped = true;
}
