namespace ModelOperator.Kubernetes;

/// <summary>State of an endpoint.</summary>
public sealed record V1EndpointConditions : KubernetesValue
{
    /// <summary>Whether it takes traffic; null counts as true.</summary>
    public bool? Ready { get; set; }
}
