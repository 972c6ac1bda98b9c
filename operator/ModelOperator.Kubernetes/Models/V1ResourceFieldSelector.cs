namespace ModelOperator.Kubernetes;

/// <summary>A resource of a container.</summary>
public sealed record V1ResourceFieldSelector : KubernetesValue
{
    /// <summary>Container; required in volumes.</summary>
    public string? ContainerName { get; set; }

    /// <summary>Resource, for example limits.memory.</summary>
    public string Resource { get; set; } = string.Empty;

    /// <summary>Unit of the output.</summary>
    public Quantity? Divisor { get; set; }
}
