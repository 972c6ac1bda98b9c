namespace ModelOperator.Kubernetes;

/// <summary>What must hold for a delete to happen; otherwise 409.</summary>
public sealed record Preconditions : KubernetesValue
{
    /// <summary>UID of the object.</summary>
    public string? Uid { get; set; }

    /// <summary>Version of the object.</summary>
    public string? ResourceVersion { get; set; }
}
