using System.Collections.Immutable;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.CanaryDeployments;

/// <summary>The children that a status asks for. Pure: the status is persisted first, so a crash in between loses nothing.</summary>
public static class CanaryChildren
{
    /// <summary>Intents that bring the children in line with a status.</summary>
    /// <param name="canary">The object.</param>
    /// <param name="status">The status after the decision.</param>
    /// <param name="seen">What was observed.</param>
    /// <param name="credentials">Credentials of each version that may be made.</param>
    /// <param name="options">Settings of the installation.</param>
    /// <param name="aim">Percent that the canary's Pods are made for; the status' weight when null.</param>
    public static ImmutableArray<Intent> Intents(
        V1CanaryDeployment canary,
        CanaryDeploymentStatus status,
        CanaryObserved seen,
        IReadOnlyDictionary<string, CanaryCredentials> credentials,
        OperatorOptions options,
        int? aim = null)
    {
        if (status.StableVersion is null)
            return [];
        var intents = ImmutableArray.CreateBuilder<Intent>();
        // First of all the weights: a Deployment that the server refuses must not keep traffic on a version that was rolled back.
        var router = RouterKinds.Of(canary.Spec);
        if (router == RouterKind.Gateway)
            intents.Add(Intent.Ensure(KubernetesDescriptors.ConfigMaps, CanaryGateway.Routes(canary, RouteTable.Of(canary, status))));
        else
            intents.AddRange(RouterChildren.Weights(canary, status, seen));
        if (status.Reason == CanaryReasons.ServiceConflict || CanaryValidation.Problems(canary).Count > 0)
            return intents.DrainToImmutable();
        Version(intents, canary, status, status.StableVersion, CanaryDefaults.StableReplicas(canary.Spec, status), seen, credentials, options);
        foreach (var arm in CanaryArms.Of(status))
            Version(intents, canary, status, arm.Version, CanaryArms.Replicas(canary.Spec, status, arm, aim), seen, credentials, options);
        if (router == RouterKind.Gateway)
            intents.AddRange(Gateway(canary, seen, options));
        else
            intents.AddRange(RouterChildren.Services(canary, status, seen));
        if (canary.Spec.Strategy?.BlueGreen is not null)
            intents.Add(Intent.Ensure(KubernetesDescriptors.Services, CanaryBlueGreen.Preview(canary, status, seen)));
        Remove(intents, canary, status, seen);
        RemoveOtherRouters(intents, router, status, seen);
        return intents.DrainToImmutable();
    }

    private static IEnumerable<Intent> Gateway(V1CanaryDeployment canary, CanaryObserved seen, OperatorOptions options) =>
    [
        Intent.Ensure(KubernetesDescriptors.ServiceAccounts, CanaryGateway.ServiceAccount(canary)),
        Intent.Ensure(KubernetesDescriptors.Roles, CanaryGateway.Role(canary)),
        Intent.Ensure(KubernetesDescriptors.RoleBindings, CanaryGateway.RoleBinding(canary)),
        Intent.Ensure(KubernetesDescriptors.Deployments, CanaryGateway.Deployment(canary, options, seen.Gateway)),
        Intent.Ensure(KubernetesDescriptors.Services, CanaryGateway.Service(canary)),
    ];

    private static void Version(
        ImmutableArray<Intent>.Builder intents,
        V1CanaryDeployment canary,
        CanaryDeploymentStatus status,
        string name,
        int replicas,
        CanaryObserved seen,
        IReadOnlyDictionary<string, CanaryCredentials> credentials,
        OperatorOptions options)
    {
        var existing = seen.Deployments.GetValueOrDefault(name);
        if (!seen.Versions.TryGetValue(name, out var version) || !credentials.TryGetValue(name, out var secret))
        {
            // A version whose object is gone keeps its template: it can be as many Pods as are needed, and asleep, woken; nothing new can be made from it.
            if (CanaryWorkload.Orphan(canary, name, replicas, existing) is { } orphan)
                intents.Add(Intent.Ensure(KubernetesDescriptors.Deployments, orphan));
            return;
        }

        // Nor from one that names other bytes than those that were judged: it keeps its template, and the token that fetches those.
        var changed = CanaryDigests.IsChanged(status, version);
        if (changed && existing is null)
            return;
        if (!changed)
            intents.Add(Intent.Ensure(KubernetesDescriptors.Secrets, CanaryWorkload.Secret(canary, name, secret)));
        intents.Add(Intent.Ensure(KubernetesDescriptors.Services, CanaryWorkload.Service(canary, name)));
        intents.Add(Intent.Ensure(KubernetesDescriptors.Deployments, CanaryWorkload.Deployment(canary, version, replicas, options, existing, changed)));
    }

    private static void Remove(ImmutableArray<Intent>.Builder intents, V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryObserved seen)
    {
        HashSet<string?> needed = [status.StableVersion, .. CanaryArms.Versions(status), .. (status.Retiring ?? []).Select(r => r.Version)];
        foreach (var (version, deployment) in seen.Deployments)
            if (!needed.Contains(version))
                intents.Add(Intent.Remove(KubernetesDescriptors.Deployments, deployment));
        var services = CanaryNames.Services(canary);
        foreach (var service in seen.Services.Where(s => VersionOf(s) is { } version ? !needed.Contains(version) : !services.Contains(s.Metadata.Name)))
            intents.Add(Intent.Remove(KubernetesDescriptors.Services, service));
        foreach (var secret in seen.Secrets.Where(s => !needed.Contains(VersionOf(s))))
            intents.Add(Intent.Remove(KubernetesDescriptors.Secrets, secret));
    }

    /// <summary>What another router than the present one left behind, once the present one serves.</summary>
    private static void RemoveOtherRouters(ImmutableArray<Intent>.Builder intents, RouterKind? router, CanaryDeploymentStatus status, CanaryObserved seen)
    {
        if (status.Weights is not { Verified: true })
            return;
        if (router != RouterKind.Gateway && seen.Gateway is { } gateway)
            intents.Add(Intent.Remove(KubernetesDescriptors.Deployments, gateway));
        if (router != RouterKind.Nginx && seen.Ingress is { } ingress)
            intents.Add(Intent.Remove(KubernetesDescriptors.Ingresses, ingress));
    }

    /// <summary>The version that a child serves; null for the gateway's.</summary>
    public static string? VersionOf(IKubernetesObject entity) => entity.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.VersionLabel);
}
