namespace ModelOperator.Kubernetes;

/// <summary>Registers validating admission webhooks.</summary>
public sealed record V1ValidatingWebhookConfiguration() : KubernetesObject("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration")
{
    /// <summary>Webhooks.</summary>
    public List<V1ValidatingWebhook>? Webhooks { get; set; }
}
