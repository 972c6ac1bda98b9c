namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>The split that a status asks for.</summary>
/// <param name="Stable">Stable version.</param>
/// <param name="Canary">Version under test; null without one.</param>
/// <param name="Weight">Percent for the version under test.</param>
public sealed record RouterSplit(string? Stable, string? Canary, int Weight)
{
    /// <summary>The split of a status.</summary>
    public static RouterSplit Of(CanaryDeploymentStatus status) =>
        new(status.StableVersion, status.CanaryVersion, status.CanaryVersion is null ? 0 : status.Weights?.Canary ?? 0);
}
