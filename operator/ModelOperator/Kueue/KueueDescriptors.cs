using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.Kueue;

/// <summary>How to find and decode Kueue's kinds, which the server need not have.</summary>
public static class KueueDescriptors
{
    /// <summary>Index of the Workloads that wait for their checks, by namespace.</summary>
    public const string Awaiting = "awaiting";

    public static EntityDescriptor<AdmissionCheck> AdmissionChecks { get; } = new(
        KueueApi.Group, KueueApi.Versions[0], "admissionchecks", nameof(AdmissionCheck), false, KueueJson.Default.AdmissionCheck, KueueJson.Default.KubernetesListAdmissionCheck);

    public static EntityDescriptor<Workload> Workloads { get; } = new(
        KueueApi.Group, KueueApi.Versions[0], "workloads", nameof(Workload), true, KueueJson.Default.Workload, KueueJson.Default.KubernetesListWorkload);

    public static CacheOptions<AdmissionCheck> AdmissionCheckCache { get; } = new() { OptionalVersions = [.. KueueApi.Versions] };

    public static CacheOptions<Workload> WorkloadCache { get; } = new()
    {
        OptionalVersions = [.. KueueApi.Versions],
        Indexes = [new(Awaiting, static w => w.AwaitsChecks ? [w.Metadata.NamespaceProperty ?? ""] : [])],
        Transform = Trimmed,
    };

    private static Workload Trimmed(Workload workload)
    {
        var whole = workload.Metadata;
        workload.Metadata = new()
        {
            Name = whole.Name,
            NamespaceProperty = whole.NamespaceProperty,
            Uid = whole.Uid,
            ResourceVersion = whole.ResourceVersion,
            Generation = whole.Generation,
            DeletionTimestamp = whole.DeletionTimestamp,
            OwnerReferences = whole.OwnerReferences,
        };
        return workload;
    }
}
