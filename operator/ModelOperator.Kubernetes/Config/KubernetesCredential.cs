namespace ModelOperator.Kubernetes;

/// <summary>What one request authenticates with, besides the connection's client certificate. Compared by reference.</summary>
/// <param name="token">Bearer token; null for none.</param>
internal sealed class KubernetesCredential(string? token)
{
    /// <summary>No token.</summary>
    internal static readonly KubernetesCredential None = new(null);

    /// <summary>Bearer token. Never logged.</summary>
    internal string? Token { get; } = token;
}
