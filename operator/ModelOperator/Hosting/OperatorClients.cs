using ModelOperator.Kubernetes;

namespace ModelOperator.Hosting;

/// <summary>Clients of the API server, in-cluster or by kubeconfig.</summary>
internal static class OperatorClients
{
    /// <param name="time">Clock.</param>
    /// <param name="wrap">Wraps the handler that sends; nothing when null.</param>
    public static KubernetesClient Create(TimeProvider time, Func<HttpMessageHandler, HttpMessageHandler>? wrap = null) =>
        Create(KubernetesClientConfiguration.FromDefault(time), time, wrap);

    /// <param name="configuration">Where the API server is.</param>
    /// <param name="time">Clock.</param>
    /// <param name="wrap">Wraps the handler that sends; nothing when null.</param>
    public static KubernetesClient Create(KubernetesClientConfiguration configuration, TimeProvider time, Func<HttpMessageHandler, HttpMessageHandler>? wrap = null)
    {
        // The server's own priority and fairness protects it; ours only keeps a runaway loop from being felt by others.
        var options = new KubernetesClientOptions { UserAgent = $"modeloperator/{OperatorVersion.Text}", Qps = 1000, Burst = 2000, Wrap = wrap };
        return new(configuration, options, time, Seed());
    }

    // Spreads watch time-outs of replicas; nothing that decides depends on it.
#pragma warning disable RS0030, CA5394
    private static Random Seed() => new();
#pragma warning restore RS0030, CA5394
}
