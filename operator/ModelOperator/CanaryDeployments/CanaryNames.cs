namespace ModelOperator.CanaryDeployments;

/// <summary>Deterministic names of a canary's children.</summary>
public static class CanaryNames
{
    /// <summary>Most characters of a CanaryDeployment's name, so that children's names are valid Service names.</summary>
    public const int MaxLength = 40;

    /// <summary>Service that clients call.</summary>
    public static string Service(V1CanaryDeployment canary) => canary.Spec.Service ?? canary.Metadata.Name!;

    /// <summary>Service that reaches the new version of a blue-green deployment before it has traffic.</summary>
    public static string Preview(string canary) => canary + "-preview";

    /// <summary>Services that people call: nobody else may have them.</summary>
    public static IReadOnlyList<string> Public(V1CanaryDeployment canary) =>
        canary.Spec.Strategy?.BlueGreen is null ? [Service(canary)] : [Service(canary), Preview(canary.Metadata.Name!)];

    /// <summary>Gateway Deployment, ServiceAccount, Role and RoleBinding.</summary>
    public static string Gateway(string canary) => canary + "-gateway";

    /// <summary>ConfigMap of the route table.</summary>
    public static string Routes(string canary) => canary + "-routes";

    /// <summary>A version in use here whose children would have the target's names: a version of another model with the same number.</summary>
    public static string? Namesake(CanaryContext context)
    {
        var name = Workload(context.Canary.Metadata.Name, context.Target);
        return new[] { context.Status.StableVersion, context.Status.CanaryVersion }.Concat((context.Status.Retiring ?? []).Select(r => r.Version))
            .FirstOrDefault(v => v is not null && v != context.Target && Workload(context.Canary.Metadata.Name, v) == name);
    }

    /// <summary>Deployment, Service and Secret of one version: the canary's name and the version's number.</summary>
    public static string Workload(string canary, string version) => canary + "-" + version[(version.LastIndexOf('-') + 1)..];
}
