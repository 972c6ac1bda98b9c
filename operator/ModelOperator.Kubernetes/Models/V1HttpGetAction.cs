namespace ModelOperator.Kubernetes;

/// <summary>An HTTP check.</summary>
public sealed record V1HttpGetAction : KubernetesValue
{
    /// <summary>Path.</summary>
    public string? Path { get; set; }

    /// <summary>Port number or name.</summary>
    public IntOrString Port { get; set; }

    /// <summary>HTTP or HTTPS.</summary>
    public string? Scheme { get; set; }

    /// <summary>Host; the pod IP when null.</summary>
    public string? Host { get; set; }
}
