namespace ModelOperator.CanaryDeployments;

/// <summary>Which direction of a metric is harm.</summary>
public enum HarmDirection
{
    Increase,
    Decrease,
}
