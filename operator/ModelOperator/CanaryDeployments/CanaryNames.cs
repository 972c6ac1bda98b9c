using ModelOperator.CanaryDeployments.Routing;

namespace ModelOperator.CanaryDeployments;

/// <summary>Deterministic names of a canary's children.</summary>
public static class CanaryNames
{
    /// <summary>Most characters of a CanaryDeployment's name, so that children's names are valid Service names.</summary>
    public const int MaxLength = 40;

    /// <summary>Service that clients call.</summary>
    public static string Service(V1CanaryDeployment canary) => canary.Spec.Service ?? canary.Metadata.Name!;

    /// <summary>Service of the version under test, for routers other than the built-in gateway; <see cref="Service"/> is the stable version's then.</summary>
    public static string CanaryService(V1CanaryDeployment canary) => Service(canary) + "-canary";

    /// <summary>Canary Ingress of ingress-nginx.</summary>
    public static string Ingress(V1CanaryDeployment canary) => canary.Metadata.Name + "-canary";

    /// <summary>Service that reaches the new version of a blue-green deployment before it has traffic.</summary>
    public static string Preview(string canary) => canary + "-preview";

    /// <summary>Services that clients and routers call: nobody else may have them.</summary>
    public static IReadOnlyList<string> Services(V1CanaryDeployment canary) =>
    [
        Service(canary),
        .. RouterKinds.Of(canary.Spec) is RouterKind.GatewayApi or RouterKind.Istio or RouterKind.Nginx ? [CanaryService(canary)] : Array.Empty<string>(),
        .. canary.Spec.Strategy?.BlueGreen is not null ? [Preview(canary.Metadata.Name!)] : Array.Empty<string>(),
    ];

    /// <summary>Gateway Deployment, ServiceAccount, Role and RoleBinding.</summary>
    public static string Gateway(string canary) => canary + "-gateway";

    /// <summary>ConfigMap of the route table.</summary>
    public static string Routes(string canary) => canary + "-routes";

    /// <summary>A version in use here whose children would have a version's names: one of another model with the same number.</summary>
    public static string? Namesake(CanaryContext context, string version)
    {
        var name = Workload(context.Canary.Metadata.Name, version);
        return CanaryArms.Versions(context.Status).Prepend(context.Status.StableVersion).Concat((context.Status.Retiring ?? []).Select(r => r.Version))
            .FirstOrDefault(v => v is not null && v != version && Workload(context.Canary.Metadata.Name, v) == name);
    }

    /// <summary>Deployment, Service and Secret of one version: the canary's name and the version's number.</summary>
    public static string Workload(string canary, string version) => canary + "-" + version[(version.LastIndexOf('-') + 1)..];
}
