using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;

namespace ModelOperator.Kueue;

/// <summary>Registration of the room. On a server without Kueue it waits for Kueue to come.</summary>
public static class KueueRoom
{
    /// <summary>Field manager of what is written into Kueue's objects.</summary>
    public const string Manager = "model-operator-kueue";

    /// <summary>Adds the controllers of AdmissionChecks and of the Workloads that have one of ours.</summary>
    public static void AddKueue(this ControllerHostBuilder host)
    {
        host.AddController<AdmissionCheck, AdmissionCheckController>(KueueDescriptors.AdmissionChecks, cache: KueueDescriptors.AdmissionCheckCache);
        host.AddController<Workload, WorkloadController>(KueueDescriptors.Workloads, cache: KueueDescriptors.WorkloadCache)
            .Watches(KueueDescriptors.AdmissionChecks, Awaiting<AdmissionCheck>(static _ => null), KueueDescriptors.AdmissionCheckCache)
            .Watches(ModelOperatorDescriptors.ClusterCarbonBudgets, Awaiting<CarbonBudgets.V1ClusterCarbonBudget>(static _ => null))
            .Watches(ModelOperatorDescriptors.CarbonBudgets, Awaiting<CarbonBudgets.V1CarbonBudget>(static b => b.Metadata.NamespaceProperty));
    }

    /// <summary>Workloads that wait for their checks, in a namespace or, with null, in all.</summary>
    private static Func<Caches, Func<T, IEnumerable<NamespacedName>>> Awaiting<T>(Func<T, string?> space)
        where T : class, IKubernetesObject => caches =>
    {
        var workloads = caches.For(KueueDescriptors.Workloads, KueueDescriptors.WorkloadCache);
        return changed => (space(changed) is { } one ? [one] : workloads.CountBy(KueueDescriptors.Awaiting).Keys)
            .SelectMany(name => workloads.Find(KueueDescriptors.Awaiting, name))
            .Select(static w => w.Key);
    };
}
