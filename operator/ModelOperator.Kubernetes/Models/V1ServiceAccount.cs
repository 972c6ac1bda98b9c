namespace ModelOperator.Kubernetes;

/// <summary>An identity for pods.</summary>
public sealed record V1ServiceAccount() : KubernetesObject("v1", "ServiceAccount")
{
    /// <summary>Whether pods mount the token.</summary>
    public bool? AutomountServiceAccountToken { get; set; }

    /// <summary>Secrets for image pulls.</summary>
    public List<V1LocalObjectReference>? ImagePullSecrets { get; set; }

    /// <summary>Secrets that pods may use.</summary>
    public List<V1ObjectReference>? Secrets { get; set; }
}
