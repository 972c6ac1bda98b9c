namespace ModelOperator.Gateway.Hosting;

/// <summary>Whether the gateway is on its way out.</summary>
internal sealed class DrainState
{
    private volatile bool _draining;

    /// <summary>True from SIGTERM on.</summary>
    public bool Draining => _draining;

    public void Begin() => _draining = true;
}
