namespace ModelOperator.Kubernetes;

/// <summary>One endpoint of a Service.</summary>
public sealed record V1Endpoint : KubernetesValue
{
    /// <summary>Addresses of one and the same endpoint.</summary>
    public List<string>? Addresses { get; set; }

    /// <summary>Its state.</summary>
    public V1EndpointConditions? Conditions { get; set; }

    /// <summary>The Pod behind it.</summary>
    public V1ObjectReference? TargetRef { get; set; }
}
