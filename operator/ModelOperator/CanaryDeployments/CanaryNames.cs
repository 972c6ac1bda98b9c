namespace ModelOperator.CanaryDeployments;

/// <summary>Deterministic names of a canary's children.</summary>
public static class CanaryNames
{
    /// <summary>Most characters of a CanaryDeployment's name, so that children's names are valid Service names.</summary>
    public const int MaxLength = 40;

    /// <summary>Service that clients call.</summary>
    public static string Service(V1CanaryDeployment canary) => canary.Spec.Service ?? canary.Metadata.Name!;

    /// <summary>Gateway Deployment, ServiceAccount, Role and RoleBinding.</summary>
    public static string Gateway(string canary) => canary + "-gateway";

    /// <summary>ConfigMap of the route table.</summary>
    public static string Routes(string canary) => canary + "-routes";

    /// <summary>Deployment, Service and Secret of one version: the canary's name and the version's number.</summary>
    public static string Workload(string canary, string version) => canary + "-" + version[(version.LastIndexOf('-') + 1)..];
}
