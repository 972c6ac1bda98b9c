namespace ModelOperator.Kubernetes;

/// <summary>Reference to an owning object in the same namespace (or a cluster-scoped owner).</summary>
public sealed record V1OwnerReference : KubernetesValue
{
    /// <summary>API version of the owner.</summary>
    public string ApiVersion { get; set; } = string.Empty;

    /// <summary>Kind of the owner.</summary>
    public string Kind { get; set; } = string.Empty;

    /// <summary>Name of the owner.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>UID of the owner; a namesake with another UID is not the owner.</summary>
    public string Uid { get; set; } = string.Empty;

    /// <summary>Whether the owner is the managing controller.</summary>
    public bool? Controller { get; set; }

    /// <summary>Whether foreground deletion of the owner waits for this object.</summary>
    public bool? BlockOwnerDeletion { get; set; }
}
