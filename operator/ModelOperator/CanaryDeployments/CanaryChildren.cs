using System.Collections.Immutable;
using ModelOperator.Api;
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
    public static ImmutableArray<Intent> Intents(
        V1CanaryDeployment canary,
        CanaryDeploymentStatus status,
        CanaryObserved seen,
        IReadOnlyDictionary<string, CanaryCredentials> credentials,
        OperatorOptions options)
    {
        if (status.StableVersion is null)
            return [];
        var intents = ImmutableArray.CreateBuilder<Intent>();
        // First of all the weights: a Deployment that the server refuses must not keep traffic on a version that was rolled back.
        intents.Add(Intent.Ensure(KubernetesDescriptors.ConfigMaps, CanaryGateway.Routes(canary, RouteTable.Of(canary, status))));
        if (status.Reason == CanaryReasons.ServiceConflict || CanaryValidation.Problems(canary).Count > 0)
            return intents.DrainToImmutable();
        Version(intents, canary, status.StableVersion, CanaryDefaults.StableReplicas(canary.Spec), seen, credentials, options);
        if (status.CanaryVersion is { } version)
            Version(intents, canary, version, CanaryScale.Replicas(canary.Spec, status), seen, credentials, options);
        intents.Add(Intent.Ensure(KubernetesDescriptors.ServiceAccounts, CanaryGateway.ServiceAccount(canary)));
        intents.Add(Intent.Ensure(KubernetesDescriptors.Roles, CanaryGateway.Role(canary)));
        intents.Add(Intent.Ensure(KubernetesDescriptors.RoleBindings, CanaryGateway.RoleBinding(canary)));
        intents.Add(Intent.Ensure(KubernetesDescriptors.Deployments, CanaryGateway.Deployment(canary, options, seen.Gateway)));
        intents.Add(Intent.Ensure(KubernetesDescriptors.Services, CanaryGateway.Service(canary)));
        Remove(intents, canary, status, seen);
        return intents.DrainToImmutable();
    }

    private static void Version(
        ImmutableArray<Intent>.Builder intents,
        V1CanaryDeployment canary,
        string name,
        int replicas,
        CanaryObserved seen,
        IReadOnlyDictionary<string, CanaryCredentials> credentials,
        OperatorOptions options)
    {
        // A version whose object is gone keeps the Pods that it has; nothing new can be made from it.
        if (!seen.Versions.TryGetValue(name, out var version) || !credentials.TryGetValue(name, out var secret))
            return;
        intents.Add(Intent.Ensure(KubernetesDescriptors.Secrets, CanaryWorkload.Secret(canary, name, secret)));
        intents.Add(Intent.Ensure(KubernetesDescriptors.Services, CanaryWorkload.Service(canary, name)));
        intents.Add(Intent.Ensure(
            KubernetesDescriptors.Deployments, CanaryWorkload.Deployment(canary, version, replicas, options, seen.Deployments.GetValueOrDefault(name))));
    }

    private static void Remove(ImmutableArray<Intent>.Builder intents, V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryObserved seen)
    {
        HashSet<string?> needed = [status.StableVersion, status.CanaryVersion, .. (status.Retiring ?? []).Select(r => r.Version)];
        foreach (var (version, deployment) in seen.Deployments)
            if (!needed.Contains(version))
                intents.Add(Intent.Remove(KubernetesDescriptors.Deployments, deployment));
        foreach (var service in seen.Services.Where(s => VersionOf(s) is { } version ? !needed.Contains(version) : s.Metadata.Name != CanaryNames.Service(canary)))
            intents.Add(Intent.Remove(KubernetesDescriptors.Services, service));
        foreach (var secret in seen.Secrets.Where(s => !needed.Contains(VersionOf(s))))
            intents.Add(Intent.Remove(KubernetesDescriptors.Secrets, secret));
    }

    /// <summary>The version that a child serves; null for the gateway's.</summary>
    public static string? VersionOf(IKubernetesObject entity) => entity.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.VersionLabel);
}
