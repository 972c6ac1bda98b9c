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

    /// <summary>For the test's own requests: a busy machine may stand still longer than an operator waits.</summary>
    internal static KubernetesClientOptions Patient { get; } = new() { ConnectTimeout = TimeSpan.FromMinutes(1), RequestTimeout = TimeSpan.FromMinutes(2), Qps = 0 };

    internal static KubernetesClient NewClient() => new(Configuration, Patient, TimeProvider.System, new Random(1));
}
