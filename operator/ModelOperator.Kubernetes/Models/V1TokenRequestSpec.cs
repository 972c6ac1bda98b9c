namespace ModelOperator.Kubernetes;

/// <summary>What token is wanted.</summary>
public sealed record V1TokenRequestSpec : KubernetesValue
{
    /// <summary>Audiences; the API server when empty.</summary>
    public List<string> Audiences { get; set; } = [];

    /// <summary>Life time in seconds, at least 600.</summary>
    public long? ExpirationSeconds { get; set; }

    /// <summary>Object that the token dies with.</summary>
    public V1ObjectReference? BoundObjectRef { get; set; }
}
