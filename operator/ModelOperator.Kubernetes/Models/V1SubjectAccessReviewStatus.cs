namespace ModelOperator.Kubernetes;

/// <summary>The answer of an access review.</summary>
public sealed record V1SubjectAccessReviewStatus : KubernetesValue
{
    /// <summary>Whether it is allowed.</summary>
    public bool Allowed { get; set; }

    /// <summary>Whether it is explicitly denied.</summary>
    public bool? Denied { get; set; }

    /// <summary>Why.</summary>
    public string? Reason { get; set; }

    /// <summary>What went wrong meanwhile.</summary>
    public string? EvaluationError { get; set; }
}
