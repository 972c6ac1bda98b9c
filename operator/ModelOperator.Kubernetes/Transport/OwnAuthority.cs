using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Kubernetes;

/// <summary>Trust in given certificate authorities and in no other, those of the system included.</summary>
public static class OwnAuthority
{
    /// <summary>The policy for a TLS connection; revocation is not asked for and nothing is downloaded, so that checking needs no network.</summary>
    /// <param name="certificates">The authorities.</param>
    public static X509ChainPolicy Only(X509Certificate2Collection certificates)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(certificates);
        return policy;
    }
}
