using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Kubernetes.Runtime.Certificates;

/// <summary>Reads facts from, and makes the next, set of certificates.</summary>
internal static class CertificateSteps
{
    public static IReadOnlyList<string> Names(WebhookCertificateOptions options)
    {
        var inNamespace = $"{options.ServiceName}.{options.NamespaceName}";
        return [$"{inNamespace}.svc", $"{inNamespace}.svc.cluster.local", inNamespace, options.ServiceName];
    }

    /// <summary>Facts of a set; null when a part of it cannot be read.</summary>
    public static CertificateFacts? Facts(CertificateSet? set, WebhookCertificateOptions options)
    {
        if (set is null)
            return null;
        try
        {
            using var authority = X509Certificate2.CreateFromPem(set.Authority, set.AuthorityKey);
            using var serving = X509Certificate2.CreateFromPem(set.Serving, set.ServingKey);
            var bundle = set.ReadBundle();
            var knowsAuthority = bundle.Any(certificate => certificate.Thumbprint == authority.Thumbprint);
            var matches = serving.Issuer == authority.Subject && Names(options).All(name => serving.MatchesHostname(name));
            var first = bundle.Count == 0 ? DateTimeOffset.MinValue : bundle.Min(static certificate => Ends(certificate));
            foreach (var certificate in bundle)
                certificate.Dispose();
            return knowsAuthority ? new CertificateFacts(Ends(authority), Ends(serving), matches, set.AnnouncedAt, first) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public static CertificateSet Do(CertificateAction action, CertificateSet? set, WebhookCertificateOptions options, DateTimeOffset now) => action switch
    {
        CertificateAction.CreateAll => Create(options, now),
        CertificateAction.AnnounceAuthority => Announce(set!, options, now),
        CertificateAction.PromoteAuthority => Promote(set!, options, now),
        CertificateAction.RenewServing => Renew(set!, options, now),
        CertificateAction.PruneBundle => set! with { Bundle = Living(set!, now) },
        _ => set ?? throw new ArgumentOutOfRangeException(nameof(action)),
    };

    private static CertificateSet Create(WebhookCertificateOptions options, DateTimeOffset now)
    {
        var (authority, key) = CertificateFactory.Authority(options.ServiceName, now, options.AuthorityLife);
        return Renew(new CertificateSet(authority, key, "", "", authority), options, now);
    }

    private static CertificateSet Renew(CertificateSet set, WebhookCertificateOptions options, DateTimeOffset now)
    {
        var (serving, key) = CertificateFactory.Serving(set.Authority, set.AuthorityKey, Names(options), now, options.ServingLife);
        return set with { Serving = serving, ServingKey = key };
    }

    private static CertificateSet Announce(CertificateSet set, WebhookCertificateOptions options, DateTimeOffset now)
    {
        var (next, key) = CertificateFactory.Authority(options.ServiceName, now, options.AuthorityLife);
        return set with { Next = next, NextKey = key, AnnouncedAt = now, Bundle = next + "\n" + set.Bundle };
    }

    private static CertificateSet Promote(CertificateSet set, WebhookCertificateOptions options, DateTimeOffset now) =>
        set is { Next: { } next, NextKey: { } key }
            ? Renew(set with { Authority = next, AuthorityKey = key, Next = null, NextKey = null, AnnouncedAt = null }, options, now)
            : Create(options, now);

    private static string Living(CertificateSet set, DateTimeOffset now)
    {
        var living = new List<string>();
        foreach (var certificate in set.ReadBundle())
        {
            if (Ends(certificate) > now)
                living.Add(certificate.ExportCertificatePem());
            certificate.Dispose();
        }

        return string.Join('\n', living);
    }

    private static DateTimeOffset Ends(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());
}
