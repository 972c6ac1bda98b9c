namespace ModelOperator.Kubernetes;

/// <summary>One cause of a failed call.</summary>
public sealed record V1StatusCause : KubernetesValue
{
    /// <summary>Machine-readable cause.</summary>
    public string? Reason { get; set; }

    /// <summary>Text for people.</summary>
    public string? Message { get; set; }

    /// <summary>Path of the field, for example spec.items[0].name.</summary>
    public string? Field { get; set; }
}
