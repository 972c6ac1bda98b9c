namespace ModelOperator.Kubernetes;

/// <summary>An authenticated user.</summary>
public sealed record V1UserInfo : KubernetesValue
{
    /// <summary>Name.</summary>
    public string? Username { get; set; }

    /// <summary>Identity.</summary>
    public string? Uid { get; set; }

    /// <summary>Groups.</summary>
    public List<string>? Groups { get; set; }

    /// <summary>Further facts.</summary>
    public Dictionary<string, List<string>>? Extra { get; set; }
}
