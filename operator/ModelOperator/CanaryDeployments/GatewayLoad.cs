namespace ModelOperator.CanaryDeployments;

/// <summary>What a gateway Pod says there is to do. Counters begin with its process.</summary>
/// <param name="Requests">Requests that arrived for a version.</param>
/// <param name="BusySeconds">Seconds that servers took over requests that have ended, all together.</param>
/// <param name="InFlight">Requests without an answer yet, held ones included.</param>
/// <param name="Held">Requests that wait for a server.</param>
/// <param name="IdleSeconds">Seconds since the last request came or ended; 0 while there is one.</param>
public sealed record GatewayLoad(long Requests, double BusySeconds, long InFlight, long Held, double IdleSeconds);
