namespace ModelOperator.CanaryDeployments;

/// <summary>Asks gateway Pods which routes they serve.</summary>
public interface IGatewayReader
{
    /// <summary>One report; an unreachable Pod is a report with an error, never an exception.</summary>
    /// <param name="pod">Name of the Pod.</param>
    /// <param name="address">IP address of the Pod.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<GatewayReport> ReadAsync(string pod, string address, CancellationToken cancellationToken);

    /// <summary>Waits until a gateway Pod holds a request, for half a minute at most; whether it does. An unreachable Pod is no.</summary>
    /// <param name="address">IP address of the Pod.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    Task<bool> WaitForDemandAsync(string address, CancellationToken cancellationToken) => Task.FromResult(false);
}
