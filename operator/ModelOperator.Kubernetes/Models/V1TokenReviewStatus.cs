namespace ModelOperator.Kubernetes;

/// <summary>Whose token it is.</summary>
public sealed record V1TokenReviewStatus : KubernetesValue
{
    /// <summary>Whether the token is valid.</summary>
    public bool? Authenticated { get; set; }

    /// <summary>User.</summary>
    public V1UserInfo? User { get; set; }

    /// <summary>Audiences.</summary>
    public List<string>? Audiences { get; set; }

    /// <summary>Why the token is not valid.</summary>
    public string? Error { get; set; }
}
