namespace ModelOperator.Kubernetes;

/// <summary>Paths of one host.</summary>
public sealed record V1HTTPIngressRuleValue : KubernetesValue
{
    /// <summary>Paths, in order.</summary>
    public List<V1HTTPIngressPath> Paths { get; set; } = [];
}
