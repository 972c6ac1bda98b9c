using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Kubernetes;

/// <summary>Gives the credential of each request. Thread-safe.</summary>
internal abstract class CredentialSource
{
    /// <summary>Certificate for new TLS connections; null for none. Current after the first <see cref="GetAsync"/>.</summary>
    internal virtual X509Certificate2? ClientCertificate => null;

    /// <summary>The credential to use now.</summary>
    internal abstract ValueTask<KubernetesCredential> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server refused this credential (401): the next get has to look again.</summary>
    internal virtual void Invalidate(KubernetesCredential refused)
    {
    }
}
