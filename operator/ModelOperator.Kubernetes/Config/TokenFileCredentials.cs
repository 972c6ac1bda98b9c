using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Kubernetes;

/// <summary>
/// A token in a file that others rotate: read again every 10 s at most (the kubelet replaces it long before it expires), and at
/// once after a 401. When a later read fails, the last token is used on.
/// </summary>
internal sealed class TokenFileCredentials(string path, X509Certificate2? certificate, TimeProvider time) : CredentialSource
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private KubernetesCredential? _current;
    private long _readAt;

    internal override X509Certificate2? ClientCertificate => certificate;

    internal override ValueTask<KubernetesCredential> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_current is not null && time.GetElapsedTime(_readAt) < MaxAge)
                return new(_current);
            _current = Read();
            _readAt = time.GetTimestamp();
            return new(_current);
        }
    }

    internal override void Invalidate(KubernetesCredential refused)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_current, refused))
                _readAt = time.GetTimestamp() - (long)(MaxAge.TotalSeconds * time.TimestampFrequency) - 1;
        }
    }

    private KubernetesCredential Read()
    {
        try
        {
            var token = File.ReadAllText(path).Trim();
            if (token.Length == 0)
                throw new KubernetesConfigurationException($"the token file {path} is empty");
            return token == _current?.Token ? _current : new KubernetesCredential(token);
        }
        catch (Exception e) when (_current is not null && e is IOException or UnauthorizedAccessException or KubernetesConfigurationException)
        {
            return _current;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"the token file {path} cannot be read: {e.Message}", e);
        }
    }
}
