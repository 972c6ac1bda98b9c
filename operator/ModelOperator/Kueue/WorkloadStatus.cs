using ModelOperator.Kubernetes;

namespace ModelOperator.Kueue;

/// <summary>What of a Workload's status matters to a check.</summary>
public sealed record WorkloadStatus
{
    /// <summary>QuotaReserved, Admitted, Finished and others.</summary>
    public IReadOnlyList<V1Condition>? Conditions { get; init; }

    /// <summary>One entry for each check of its ClusterQueue, made by Kueue.</summary>
    public IReadOnlyList<WorkloadCheck>? AdmissionChecks { get; init; }
}
