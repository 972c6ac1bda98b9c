namespace ModelOperator.Kubernetes;

/// <summary>What a webhook is called for.</summary>
public sealed record V1RuleWithOperations : KubernetesValue
{
    /// <summary>CREATE, UPDATE, DELETE, CONNECT or *.</summary>
    public List<string>? Operations { get; set; }

    /// <summary>API groups.</summary>
    public List<string>? ApiGroups { get; set; }

    /// <summary>API versions.</summary>
    public List<string>? ApiVersions { get; set; }

    /// <summary>Resources.</summary>
    public List<string>? Resources { get; set; }

    /// <summary>Cluster, Namespaced or *.</summary>
    public string? Scope { get; set; }
}
