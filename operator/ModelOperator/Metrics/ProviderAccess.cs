using System.Collections.Immutable;

namespace ModelOperator.Metrics;

/// <summary>How a provider is reached: names of Secrets rather than their content, so that it can be kept, compared and logged.</summary>
/// <param name="NamespaceName">Namespace of the Secrets.</param>
public sealed record ProviderAccess(string NamespaceName)
{
    /// <summary>Headers to send.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Headers whose values lie in Secrets.</summary>
    public ImmutableArray<SecretHeader> SecretHeaders { get; init; } = [];

    /// <summary>PEM certificates that alone are trusted; null for those of the system.</summary>
    public string? CaBundle { get; init; }

    /// <summary>Secret with tls.crt and tls.key that the provider is shown; null for none.</summary>
    public string? ClientCertificate { get; init; }
}
