namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>The two backends of one rule.</summary>
/// <param name="Stable">Entry of the Service of the stable version.</param>
/// <param name="Canary">Entry of the Service of the version under test.</param>
public sealed record RoutePair(RouteBackend Stable, RouteBackend Canary)
{
    /// <summary>Whole percent for the canary; null where there is none.</summary>
    public int? Weight => Stable.Weight + Canary.Weight is var sum and > 0 && 100L * Canary.Weight % sum == 0 ? (int)(100L * Canary.Weight / sum) : null;
}
