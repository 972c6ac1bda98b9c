using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Kubernetes;

/// <summary>
/// Credentials from an exec plugin: run on first use, again shortly before they expire and after a 401; one run at a time.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "a semaphore without wait handle holds nothing; the source lives as long as the process")]
internal sealed class ExecCredentials(ExecPlugin plugin, TimeProvider time) : CredentialSource
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RefreshBefore = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Entry? _current;

    internal override X509Certificate2? ClientCertificate => _current?.Certificate;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "connections hold the certificate for their life")]
    internal override async ValueTask<KubernetesCredential> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh)
            return fresh;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } other)
                return other;
            var status = await ExecPluginRunner.RunAsync(plugin, Timeout, time, cancellationToken);
            _current = new Entry(new KubernetesCredential(status.Token), CertificateOf(status), status.ExpirationTimestamp);
            return _current.Credential;
        }
        finally
        {
            _gate.Release();
        }
    }

    internal override void Invalidate(KubernetesCredential refused)
    {
        if (_current is { } current && ReferenceEquals(current.Credential, refused))
            _current = null;
    }

    private KubernetesCredential? Fresh() =>
        _current is { } current && (current.Expires is not { } expires || time.GetUtcNow() + RefreshBefore < expires)
            ? current.Credential
            : null;

    private X509Certificate2? CertificateOf(ExecCredentialStatus status)
    {
        if (status.ClientCertificateData is not { } certificate || status.ClientKeyData is not { } key)
            return null;
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (CryptographicException e)
        {
            throw new KubernetesConfigurationException($"the credential plugin {plugin.Command} printed a certificate that cannot be read", e);
        }
    }

    private sealed record Entry(KubernetesCredential Credential, X509Certificate2? Certificate, DateTimeOffset? Expires);
}
