namespace ModelOperator.Kubernetes;

/// <summary>Facts of a failed call.</summary>
public sealed record V1StatusDetails : KubernetesValue
{
    /// <summary>Name of the object.</summary>
    public string? Name { get; set; }

    /// <summary>API group of the object.</summary>
    public string? Group { get; set; }

    /// <summary>Kind of the object.</summary>
    public string? Kind { get; set; }

    /// <summary>UID of the object.</summary>
    public string? Uid { get; set; }

    /// <summary>Causes, one per field for Invalid.</summary>
    public List<V1StatusCause>? Causes { get; set; }

    /// <summary>Seconds to wait before a retry.</summary>
    public int? RetryAfterSeconds { get; set; }
}
