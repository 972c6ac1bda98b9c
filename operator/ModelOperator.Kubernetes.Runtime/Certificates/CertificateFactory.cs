using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Kubernetes.Runtime.Certificates;

/// <summary>Makes authorities and serving certificates: ECDSA P-256, SHA-256. Keys are random; all else follows from the arguments.</summary>
internal static class CertificateFactory
{
    // Clocks of API servers may lag behind ours.
    private static readonly TimeSpan Backdate = TimeSpan.FromHours(1);

    public static (string Certificate, string Key) Authority(string name, DateTimeOffset now, TimeSpan life)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Two authorities with one name would be told apart by key identifiers only.
        var subject = new X500DistinguishedName($"CN={name} {now.UtcDateTime:yyyyMMddHHmmss}");
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var made = request.CreateSelfSigned(now - Backdate, now + life);
        return (made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public static (string Certificate, string Key) Serving(
        string authorityCertificate, string authorityKey, IReadOnlyList<string> names, DateTimeOffset now, TimeSpan life)
    {
        using var authority = X509Certificate2.CreateFromPem(authorityCertificate, authorityKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={names[0]}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        var ends = now + life;
        var latest = new DateTimeOffset(authority.NotAfter.ToUniversalTime());
        using var made = request.Create(authority, NotBefore(authority, now), ends < latest ? ends : latest, Serial());
        return (made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static DateTimeOffset NotBefore(X509Certificate2 authority, DateTimeOffset now)
    {
        var earliest = new DateTimeOffset(authority.NotBefore.ToUniversalTime());
        return now - Backdate > earliest ? now - Backdate : earliest;
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        serial[0] |= 0x40;
        return serial;
    }
}
