using System.Collections.Immutable;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.GridSources;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.ModelVersions;

namespace ModelOperator.CanaryDeployments;

/// <summary>The only code of the room that reads: caches, gateways and metrics.</summary>
/// <param name="canaries">CanaryDeployments.</param>
/// <param name="versions">ModelVersions.</param>
/// <param name="deployments">Deployments that the operator manages.</param>
/// <param name="services">Services that the operator manages.</param>
/// <param name="secrets">Secrets that the operator manages.</param>
/// <param name="jobs">Jobs of metrics.</param>
/// <param name="pods">Pods that the operator manages.</param>
/// <param name="client">API server, for a Service that may be somebody else's.</param>
/// <param name="routers">Other routers.</param>
/// <param name="gateways">Gateway Pods' own reports.</param>
/// <param name="measurements">Looks at metrics.</param>
/// <param name="webhooks">Calls of webhooks.</param>
/// <param name="loads">What gateways have counted; no autoscaler works without.</param>
/// <param name="demand">Who waits upon gateways; none when null.</param>
/// <param name="grid">Intensities; none when null.</param>
/// <param name="zone">Grid zone where a canary names none.</param>
public sealed class CanaryObserver(
    IStore<V1CanaryDeployment> canaries,
    IStore<V1ModelVersion> versions,
    IStore<V1Deployment> deployments,
    IStore<V1Service> services,
    IStore<V1Secret> secrets,
    IStore<V1Job> jobs,
    IStore<V1Pod> pods,
    IKubernetesClient client,
    RouterReader routers,
    IGatewayReader gateways,
    CanaryMeasurements measurements,
    CanaryWebhookCalls webhooks,
    CanaryLoads? loads = null,
    CanaryDemand? demand = null,
    GridKnowledge? grid = null,
    string zone = "")
{
    /// <summary>All that the decision may know.</summary>
    public async Task<CanaryObserved> ObserveAsync(V1CanaryDeployment canary, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var space = canary.Metadata.NamespaceProperty!;
        var uid = canary.Metadata.Uid!;
        var owned = deployments.Find(StoreIndexes.OwnerUid, uid).Where(d => d.IsControlledBy(uid)).ToList();
        var children = pods.PodsOf(canary).ToList();
        var byVersion = owned.Where(d => CanaryChildren.VersionOf(d) is not null).ToImmutableDictionary(d => CanaryChildren.VersionOf(d)!);
        var states = measurements.States(canary);
        var reports = await GatewaysAsync(children, cancellationToken);
        var asleep = canary is { Spec.Suspend: false, Status.Autoscale.Replicas: 0 };
        demand?.Watch(canary.Key, asleep ? [.. children.Where(IsReadyGateway).Select(static p => p.Status!.PodIP!).Order(StringComparer.Ordinal)] : []);
        var ours = services.Find(StoreIndexes.OwnerUid, uid);
        return new()
        {
            Versions = CanaryArms.Named(canary).Select(name => versions.Get(space, name)).OfType<V1ModelVersion>().ToImmutableDictionary(v => v.Metadata.Name, View),
            Deployments = byVersion,
            Workloads = byVersion.ToImmutableDictionary(pair => pair.Key, pair => WorkloadViews.Of(pair.Value, children)),
            Gateway = owned.FirstOrDefault(d => d.Metadata.Name == CanaryNames.Gateway(canary.Metadata.Name)),
            Gateways = reports,
            Load = loads?.Look(canary, reports, now),
            Router = routers.Read(canary, ours, children),
            Ingress = routers.OursOf(canary),
            Services = [.. ours],
            Secrets = [.. secrets.Find(StoreIndexes.OwnerUid, uid).Where(s => CanaryChildren.VersionOf(s) is not null)],
            Jobs = [.. jobs.Find(StoreIndexes.OwnerUid, uid).Where(j => j.IsControlledBy(uid))],
            Conflict = await ConflictAsync(canary, cancellationToken),
            States = states,
            Webhooks = webhooks.Collect(canary, now),
            Grid = grid is not null && CanaryCarbon.Asks(canary) ? await grid.AverageAsync(canary.Spec.Carbon!.Zone ?? zone, cancellationToken) : null,
            Looks = await measurements.LookAsync(canary, states, now, cancellationToken),
            Drift = await measurements.Drift.LookAsync(canary, now, cancellationToken),
            Experiment = await measurements.Experiments.LookAsync(canary, now, cancellationToken),
        };
    }

    private static VersionView View(V1ModelVersion version) => new(
        version.Metadata.Name,
        version.Spec.Model,
        // Content that was changed past the webhook is not what was verified, and not what the gates judged.
        version.Status is { Phase: ModelVersionPhase.Ready } status && (status.VerifiedDigest is null || status.VerifiedDigest == version.Spec.Artifact.Digest),
        version.IsDeleting,
        version.Spec.Artifact.Digest,
        version.Spec.Artifact.Uri,
        version.Status?.Message)
    {
        Signature = ModelSignatures.Wire(version.Spec.Signature),
    };

    private async Task<ImmutableArray<GatewayReport>> GatewaysAsync(List<V1Pod> children, CancellationToken cancellationToken)
    {
        var pods = children.Where(IsGateway).ToList();
        var ready = Task.WhenAll(pods.Where(IsReadyGateway).Select(Read));
        // One that is told to go serves on for a while by the table that it has; one that does not answer any more is gone.
        var leaving = Task.WhenAll(pods.Where(p => p.IsDeleting && p.Status!.Phase is not ("Succeeded" or "Failed")).Select(Read));
        var (reports, last) = (await ready, await leaving);
        return reports.Length == 0 ? [] : [.. reports, .. last.Where(r => r.Revision is not null)];
        Task<GatewayReport> Read(V1Pod pod) => gateways.ReadAsync(pod.Metadata.Name, pod.Status!.PodIP!, cancellationToken);
    }

    private static bool IsGateway(V1Pod pod) => pod.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.ComponentLabel) == "gateway" && pod.Status?.PodIP is { Length: > 0 };

    private static bool IsReadyGateway(V1Pod pod) => IsGateway(pod) && !pod.IsDeleting && pod.Status!.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    private async Task<string?> ConflictAsync(V1CanaryDeployment canary, CancellationToken cancellationToken)
    {
        var space = canary.Metadata.NamespaceProperty!;
        foreach (var name in CanaryNames.Services(canary))
            if (await TakenAsync(canary, space, name, cancellationToken) is { } taken)
                return taken;
        var alias = CanaryIndexes.AliasKey(canary) is { } key ? canaries.Find(CanaryIndexes.Alias, key).FirstOrDefault(other => Before(other, canary)) : null;
        return alias is null
            ? null
            : $"spec.alias: alias {canary.Spec.Alias} of model {canary.Spec.Model} is already owned by CanaryDeployment {alias.Metadata.Name}: set another alias, or none.";
    }

    private async Task<string?> TakenAsync(V1CanaryDeployment canary, string space, string name, CancellationToken cancellationToken)
    {
        var (field, advice) = name == CanaryNames.Preview(canary.Metadata.Name!) ? ("spec.strategy.blueGreen", "name this object differently") : ("spec.service", "set another spec.service");
        var older = canaries.Find(CanaryIndexes.Service, CanaryIndexes.ServiceKey(space, name)).FirstOrDefault(other => other.Metadata.Uid != canary.Metadata.Uid && Before(other, canary));
        if (older is not null)
            return $"{field}: Service {name} is already served by CanaryDeployment {older.Metadata.Name}, which is older: {advice}, or delete one of the two.";
        // Foreign Services are not cached; the server is asked until ours stands.
        var taken = services.Get(space, name) ?? await client.GetAsync(KubernetesDescriptors.Services, name, space, cancellationToken);
        return taken is not null && !taken.IsControlledBy(canary.Metadata.Uid)
            ? $"{field}: a Service {name} exists and is not ours: delete it, or {advice}."
            : null;
    }

    private static bool Before(V1CanaryDeployment left, V1CanaryDeployment right) =>
        (left.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue, left.Metadata.Uid ?? "").CompareTo(
            (right.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue, right.Metadata.Uid ?? "")) < 0;
}
