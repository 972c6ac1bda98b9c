using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Kubernetes;

/// <summary>Reads certificates in PEM form; errors name the source.</summary>
internal static class PemFiles
{
    internal static X509Certificate2Collection LoadAuthority(string path) => ParseAuthority(ReadText(path), path);

    internal static X509Certificate2Collection ParseAuthority(string pem, string source)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(pem);
            return certificates.Count > 0 ? certificates : throw new KubernetesConfigurationException($"{source} holds no certificate");
        }
        catch (CryptographicException e)
        {
            throw new KubernetesConfigurationException($"{source} is not a PEM certificate", e);
        }
    }

    internal static X509Certificate2 ParsePair(string certificate, string key, string source)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (CryptographicException e)
        {
            throw new KubernetesConfigurationException($"client certificate or key of {source} cannot be read", e);
        }
    }

    internal static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
