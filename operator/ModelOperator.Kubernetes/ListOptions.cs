namespace ModelOperator.Kubernetes;

/// <summary>Options of a list.</summary>
public sealed record ListOptions
{
    /// <summary>Objects per page; the client's default of 500 for whole lists when null.</summary>
    public int? Limit { get; init; }

    /// <summary>Token of the page, from the page before.</summary>
    public string? Continue { get; init; }

    /// <summary>Label selector, for example "app=x,tier!=y".</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector, for example "metadata.name=x".</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Minimum version; "0" allows an answer from the server's cache; null asks for the most recent state.</summary>
    public string? ResourceVersion { get; init; }
}
