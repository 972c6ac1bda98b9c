using ModelOperator.Kubernetes;

namespace ModelOperator.Kueue;

/// <summary>Kueue's AdmissionCheck, as far as it is read here. Cluster-scoped.</summary>
public sealed record AdmissionCheck : KubernetesObject
{
    /// <summary>Creates an empty object of the kind.</summary>
    public AdmissionCheck()
        : base($"{KueueApi.Group}/{KueueApi.Versions[0]}", nameof(AdmissionCheck))
    {
    }

    /// <summary>The user's part; always there on the wire, null in what is applied.</summary>
    public AdmissionCheckSpec? Spec { get; set; }

    /// <summary>Its controller's part.</summary>
    public AdmissionCheckStatus? Status { get; set; }

    /// <summary>Whether the carbon budgets answer for it.</summary>
    internal bool IsOurs => Spec?.ControllerName == KueueApi.ControllerName;
}
