using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>The restricted Pod security profile, and no writable root file system.</summary>
internal static class CanaryPodSecurity
{
    private const long User = 65532;

    public static V1PodSecurityContext Pod() => new()
    {
        RunAsNonRoot = true,
        RunAsUser = User,
        RunAsGroup = User,
        FsGroup = User,
        SeccompProfile = new() { Type = "RuntimeDefault" },
    };

    public static V1SecurityContext Container() => new()
    {
        AllowPrivilegeEscalation = false,
        ReadOnlyRootFilesystem = true,
        RunAsNonRoot = true,
        Capabilities = new() { Drop = ["ALL"] },
    };
}
