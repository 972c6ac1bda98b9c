using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Kubernetes;

/// <summary>A fixed token, a fixed certificate, both or none.</summary>
internal sealed class StaticCredentials(string? token, X509Certificate2? certificate) : CredentialSource
{
    private readonly KubernetesCredential _credential = token is null ? KubernetesCredential.None : new KubernetesCredential(token);

    internal override X509Certificate2? ClientCertificate => certificate;

    internal override ValueTask<KubernetesCredential> GetAsync(CancellationToken cancellationToken) => new(_credential);
}
