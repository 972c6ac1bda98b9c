namespace ModelOperator.Kubernetes;

/// <summary>A bound token. Never printed.</summary>
public sealed record V1TokenRequestStatus : KubernetesValue
{
    /// <summary>The token.</summary>
    public string Token { get; set; } = string.Empty;

    /// <summary>When the token expires.</summary>
    public DateTimeOffset? ExpirationTimestamp { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"Token until {ExpirationTimestamp:O}";
}
