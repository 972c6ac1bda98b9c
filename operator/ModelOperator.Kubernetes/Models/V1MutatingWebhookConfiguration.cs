namespace ModelOperator.Kubernetes;

/// <summary>Registers mutating admission webhooks.</summary>
public sealed record V1MutatingWebhookConfiguration() : KubernetesObject("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration")
{
    /// <summary>Webhooks; reinvocationPolicy is passed through.</summary>
    public List<V1ValidatingWebhook>? Webhooks { get; set; }
}
