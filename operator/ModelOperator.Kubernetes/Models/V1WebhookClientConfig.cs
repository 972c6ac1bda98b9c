namespace ModelOperator.Kubernetes;

/// <summary>Where a webhook is called.</summary>
public sealed record V1WebhookClientConfig : KubernetesValue
{
    /// <summary>URL outside the cluster.</summary>
    public string? Url { get; set; }

    /// <summary>Service within the cluster.</summary>
    public V1WebhookServiceReference? Service { get; set; }

    /// <summary>PEM bundle, base64 on the wire.</summary>
    public byte[]? CaBundle { get; set; }
}
