namespace ModelOperator.Kubernetes;

/// <summary>One resource.</summary>
public sealed record V1ApiResource
{
    /// <summary>Plural name; "pods/status" for a subresource.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Singular name.</summary>
    public string? SingularName { get; set; }

    /// <summary>Whether it is namespaced.</summary>
    public bool Namespaced { get; set; }

    /// <summary>Kind.</summary>
    public string Kind { get; set; } = string.Empty;

    /// <summary>Supported verbs.</summary>
    public List<string>? Verbs { get; set; }

    /// <summary>Short names.</summary>
    public List<string>? ShortNames { get; set; }
}
