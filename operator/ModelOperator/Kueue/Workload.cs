using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.Kueue;

/// <summary>Kueue's Workload, as far as it is read here: what it asks to be admitted is left out.</summary>
public sealed record Workload : KubernetesObject
{
    /// <summary>Creates an empty object of the kind.</summary>
    public Workload()
        : base($"{KueueApi.Group}/{KueueApi.Versions[0]}", nameof(Workload))
    {
    }

    /// <summary>Whether it takes part in admission; null in what is applied.</summary>
    public WorkloadSpec? Spec { get; set; }

    /// <summary>Kueue's part, and that of the controllers of its checks.</summary>
    public WorkloadStatus? Status { get; set; }

    /// <summary>True between the reservation of quota and the admission: the time in which checks are to answer.</summary>
    internal bool AwaitsChecks =>
        !this.IsDeleting
        && Spec?.Active != false
        && Is(KueueApi.QuotaReserved) && !Is(KueueApi.Admitted) && !Is(KueueApi.Finished);

    private bool Is(string condition) => Conditions.IsTrue(Status?.Conditions, condition);
}
