namespace ModelOperator.Kubernetes.Tests;

/// <summary>Where the real API server of the tests is.</summary>
internal static class RealCluster
{
    internal static string? KubeConfig => Environment.GetEnvironmentVariable("MODELOP_TEST_KUBECONFIG") is { Length: > 0 } path ? path : null;

    internal static bool Required => Environment.GetEnvironmentVariable("MODELOP_REQUIRE_CLUSTER") == "1";

    internal static KubernetesClientConfiguration Configuration => KubernetesClientConfiguration.FromKubeConfig(
        [KubeConfig ?? throw new InvalidOperationException(
            "MODELOP_REQUIRE_CLUSTER=1 but MODELOP_TEST_KUBECONFIG is not set: start a server with tests/cluster/up --control-plane-only")],
        null,
        TimeProvider.System);

    internal static KubernetesClient NewClient() => new(Configuration, new KubernetesClientOptions(), TimeProvider.System, new Random(1));
}
