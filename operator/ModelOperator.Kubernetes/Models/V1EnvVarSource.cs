namespace ModelOperator.Kubernetes;

/// <summary>Source of an environment value.</summary>
public sealed record V1EnvVarSource : KubernetesValue
{
    /// <summary>Key of a Secret.</summary>
    public V1KeySelector? SecretKeyRef { get; set; }

    /// <summary>Key of a ConfigMap.</summary>
    public V1KeySelector? ConfigMapKeyRef { get; set; }

    /// <summary>Field of the pod.</summary>
    public V1ObjectFieldSelector? FieldRef { get; set; }

    /// <summary>Resource of a container.</summary>
    public V1ResourceFieldSelector? ResourceFieldRef { get; set; }
}
