namespace ModelOperator.Kubernetes;

/// <summary>Routes of one host.</summary>
public sealed record V1IngressRule : KubernetesValue
{
    /// <summary>Host; all when null.</summary>
    public string? Host { get; set; }

    /// <summary>Paths.</summary>
    public V1HTTPIngressRuleValue? Http { get; set; }
}
