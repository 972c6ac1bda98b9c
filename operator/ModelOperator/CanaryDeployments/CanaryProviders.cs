using ModelOperator.Metrics;

namespace ModelOperator.CanaryDeployments;

/// <summary>Which provider answers for a metric. A metric's own replaces that of the analysis as a whole.</summary>
public static class CanaryProviders
{
    /// <summary>Why nobody can be asked.</summary>
    public const string Unknown = "No Prometheus is known: set spec.analysis.prometheusAddress, or the operator's MODELOP_PROMETHEUS_URL.";

    /// <summary>The Prometheus of a metric; that of the analysis as a whole when null.</summary>
    public static PrometheusProvider Prometheus(CanaryDeploymentSpec spec, CanaryMetric? metric = null) => metric?.Prometheus ?? spec.Analysis?.Prometheus ?? new();

    /// <summary>The address that a spec names for it; null when it names none.</summary>
    public static string? Address(CanaryDeploymentSpec spec, CanaryMetric? metric = null) => Prometheus(spec, metric).Address ?? spec.Analysis?.PrometheusAddress;

    /// <summary>A question to the Prometheus of the analysis as a whole.</summary>
    public static PrometheusQuery Question(V1CanaryDeployment canary, string address, string query)
    {
        var provider = Prometheus(canary.Spec);
        return new(address, query) { Access = Access(provider, canary.Metadata.NamespaceProperty!), Timeout = Timeout(provider) };
    }

    /// <summary>What it takes to reach a provider; null when an address is enough.</summary>
    public static ProviderAccess? Access(HttpProvider provider, string space) => provider is { Headers: null, HeadersFrom: null, CaBundle: null, ClientCertificate: null }
        ? null
        : new(space)
        {
            Headers = [.. provider.Headers ?? new Dictionary<string, string>()],
            SecretHeaders = [.. (provider.HeadersFrom ?? []).Select(header => new SecretHeader(header.Name, header.SecretKeyRef.Name, header.SecretKeyRef.Key))],
            CaBundle = provider.CaBundle,
            ClientCertificate = provider.ClientCertificate?.Name,
        };

    /// <summary>Longest wait for an answer; the client's own when null.</summary>
    public static TimeSpan? Timeout(HttpProvider provider) => provider.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
