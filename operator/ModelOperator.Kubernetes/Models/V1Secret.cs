namespace ModelOperator.Kubernetes;

/// <summary>Confidential data. Never printed: <see cref="ToString"/> shows the name only.</summary>
public sealed record V1Secret() : KubernetesObject("v1", "Secret")
{
    /// <summary>Type, for example Opaque or kubernetes.io/tls.</summary>
    public string? Type { get; set; }

    /// <summary>Values, base64 on the wire.</summary>
    public Dictionary<string, byte[]>? Data { get; set; }

    /// <summary>Write-only text values; the server moves them to data.</summary>
    public Dictionary<string, string>? StringData { get; set; }

    /// <summary>Whether data may change.</summary>
    public bool? Immutable { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"Secret {Metadata.NamespaceProperty}/{Metadata.Name}";
}
