namespace ModelOperator.Kubernetes;

/// <summary>The token to review. Never printed.</summary>
public sealed record V1TokenReviewSpec : KubernetesValue
{
    /// <summary>The token.</summary>
    public string Token { get; set; } = string.Empty;

    /// <summary>Audiences that the token must be for; the API server when null.</summary>
    public List<string>? Audiences { get; set; }

    /// <inheritdoc/>
    public override string ToString() => "TokenReviewSpec";
}
