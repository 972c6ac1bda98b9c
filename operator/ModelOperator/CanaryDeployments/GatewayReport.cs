namespace ModelOperator.CanaryDeployments;

/// <summary>What one gateway Pod says it serves.</summary>
/// <param name="Pod">Name of the Pod.</param>
/// <param name="Revision">Revision of the route table in force; null when it did not answer.</param>
/// <param name="Error">Why it did not answer or refused a table.</param>
public sealed record GatewayReport(string Pod, string? Revision, string? Error = null)
{
    /// <summary>What there is to do; null when it did not say.</summary>
    public GatewayLoad? Load { get; init; }
}
