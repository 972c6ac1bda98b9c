namespace ModelOperator.Gateway.Hosting;

/// <summary>One header route in force.</summary>
/// <param name="Arm">Arm that takes the requests.</param>
/// <param name="Header">Name of the request header.</param>
/// <param name="Exact">The whole value; null with a prefix.</param>
/// <param name="Prefix">Beginning of the value; null with a whole value.</param>
public sealed record HeaderRouteReport(string Arm, string Header, string? Exact, string? Prefix);
