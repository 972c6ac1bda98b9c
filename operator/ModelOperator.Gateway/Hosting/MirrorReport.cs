namespace ModelOperator.Gateway.Hosting;

/// <summary>Shadow traffic in force.</summary>
/// <param name="Arm">Arm that receives the copies.</param>
/// <param name="Percentage">Share of the other arms' requests that is copied.</param>
public sealed record MirrorReport(string Arm, int Percentage);
