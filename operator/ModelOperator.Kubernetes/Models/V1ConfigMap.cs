namespace ModelOperator.Kubernetes;

/// <summary>Configuration as key-value pairs.</summary>
public sealed record V1ConfigMap() : KubernetesObject("v1", "ConfigMap")
{
    /// <summary>Text values.</summary>
    public Dictionary<string, string>? Data { get; set; }

    /// <summary>Binary values, base64 on the wire.</summary>
    public Dictionary<string, byte[]>? BinaryData { get; set; }

    /// <summary>Whether data may change.</summary>
    public bool? Immutable { get; set; }
}
