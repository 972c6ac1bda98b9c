namespace ModelOperator.Kubernetes;

/// <summary>Selects objects by labels; both parts must hold.</summary>
public sealed record V1LabelSelector : KubernetesValue
{
    /// <summary>Exact matches.</summary>
    public Dictionary<string, string>? MatchLabels { get; set; }

    /// <summary>Set-based requirements.</summary>
    public List<V1LabelSelectorRequirement>? MatchExpressions { get; set; }
}
