using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;

namespace ModelOperator.Kueue;

/// <summary>Says of each AdmissionCheck of ours that somebody answers for it: a ClusterQueue admits nothing through one that is not Active.</summary>
/// <param name="client">API server.</param>
/// <param name="caches">Caches.</param>
/// <param name="time">Clock.</param>
public sealed class AdmissionCheckController(IKubernetesClient client, Caches caches, TimeProvider time) : IEntityController<AdmissionCheck>
{
    private readonly Informer<AdmissionCheck> checks = caches.InformerOf(KueueDescriptors.AdmissionChecks, KueueDescriptors.AdmissionCheckCache);

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(AdmissionCheck entity, CancellationToken cancellationToken)
    {
        if (!entity.IsOurs || entity.IsDeleting || Decide(entity, time.GetUtcNow()) is not { } active)
            return ReconciliationResult.Done;
        var served = checks.Served;
        caches.Merge(KueueDescriptors.AdmissionChecks, await client.ApplyAsync(
            served,
            new AdmissionCheck
            {
                ApiVersion = served.ApiVersion,
                Metadata = new() { Name = entity.Metadata.Name, ResourceVersion = entity.Metadata.ResourceVersion },
                Status = new() { Conditions = [active] },
            },
            new ApplyOptions { FieldManager = KueueRoom.Manager, Subresource = "status" },
            cancellationToken));
        return ReconciliationResult.Done;
    }

    /// <summary>The condition to write; null when it stands there. Pure.</summary>
    public static V1Condition? Decide(AdmissionCheck check, DateTimeOffset now)
    {
        var problem = check.Spec?.Parameters?.Problem;
        var before = check.Status?.Conditions;
        var active = Conditions.Find(
            Conditions.Set(
                before, KueueApi.Active, problem is null, problem is null ? "Active" : "BadParametersRef",
                problem ?? "The carbon budgets answer for the check.", check.Metadata.Generation, now),
            KueueApi.Active);
        return active == Conditions.Find(before, KueueApi.Active) ? null : active;
    }
}
