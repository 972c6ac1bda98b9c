using ModelOperator.Kubernetes;

namespace ModelOperator.Hosting;

/// <summary>Clients of the API server, in-cluster or by kubeconfig.</summary>
internal static class OperatorClients
{
    public static KubernetesClient Create(TimeProvider time)
    {
        // The server's own priority and fairness protects it; ours only keeps a runaway loop from being felt by others.
        var options = new KubernetesClientOptions { UserAgent = $"modeloperator/{OperatorVersion.Text}", Qps = 1000, Burst = 2000 };
        return new(KubernetesClientConfiguration.FromDefault(time), options, time, Seed());
    }

    // Spreads watch time-outs of replicas; nothing that decides depends on it.
#pragma warning disable RS0030, CA5394
    private static Random Seed() => new();
#pragma warning restore RS0030, CA5394
}
