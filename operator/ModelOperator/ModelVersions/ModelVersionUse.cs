using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.ModelVersions;

/// <summary>Which versions a CanaryDeployment uses.</summary>
public static class ModelVersionUse
{
    /// <summary>Names of the versions that a canary serves, tests, retires or is asked to serve.</summary>
    public static IEnumerable<string> VersionsOf(V1CanaryDeployment canary) =>
        CanaryArms.Named(canary).Union((canary.Status?.Retiring ?? []).Select(static retiring => retiring.Version), StringComparer.Ordinal);

    /// <summary>Names of the canaries that use a version, sorted; those being deleted do not count.</summary>
    public static IReadOnlyList<string> UsersOf(string version, IEnumerable<V1CanaryDeployment> canaries) =>
    [
        .. canaries.Where(canary => !canary.IsDeleting && VersionsOf(canary).Contains(version, StringComparer.Ordinal))
            .Select(static canary => canary.Metadata.Name)
            .Order(StringComparer.Ordinal),
    ];
}
