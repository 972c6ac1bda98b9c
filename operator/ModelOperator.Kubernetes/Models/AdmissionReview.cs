namespace ModelOperator.Kubernetes;

/// <summary>The envelope of an admission call; one of request and response is set.</summary>
public sealed record AdmissionReview : KubernetesValue
{
    /// <summary>admission.k8s.io/v1.</summary>
    public string ApiVersion { get; set; } = "admission.k8s.io/v1";

    /// <summary>AdmissionReview.</summary>
    public string Kind { get; set; } = "AdmissionReview";

    /// <summary>What is asked.</summary>
    public AdmissionRequest? Request { get; set; }

    /// <summary>The answer.</summary>
    public AdmissionResponse? Response { get; set; }
}
