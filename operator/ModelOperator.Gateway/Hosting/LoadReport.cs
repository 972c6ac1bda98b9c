using ModelOperator.Gateway.Metrics;

namespace ModelOperator.Gateway.Hosting;

/// <summary>What there is to do, for who decides about the number of servers. Counters begin with the process.</summary>
/// <param name="Requests">Requests that arrived for an arm.</param>
/// <param name="BusySeconds">Seconds that servers took over requests that have ended, all together.</param>
/// <param name="InFlight">Requests without an answer yet, held ones included.</param>
/// <param name="Held">Requests that wait for a server.</param>
/// <param name="IdleSeconds">Seconds since the last request came or ended; 0 while there is one.</param>
public sealed record LoadReport(long Requests, double BusySeconds, long InFlight, int Held, double IdleSeconds)
{
    internal static LoadReport Of(GatewayMetrics metrics) => new(
        metrics.Load.Requests, Math.Round(metrics.Load.BusySeconds, 3), metrics.Load.InFlight, metrics.Held, Math.Round(metrics.Load.Idle.TotalSeconds, 1));
}
