namespace ModelOperator.Kubernetes.Runtime.Certificates;

/// <summary>
/// Decides the next step; pure. Authorities overlap: a successor is in the bundle before it signs, and the predecessor stays in the
/// bundle until it ends, so that at no moment a served certificate is unknown to the API server.
/// </summary>
public static class CertificateRotation
{
    /// <summary>The next step. After it is done, ask again.</summary>
    /// <param name="facts">What is there; null when nothing usable is.</param>
    /// <param name="options">Lives.</param>
    /// <param name="now">Time.</param>
    public static CertificateAction Next(CertificateFacts? facts, WebhookCertificateOptions options, DateTimeOffset now)
    {
        if (facts is null || facts.AuthorityEnds <= now)
            return CertificateAction.CreateAll;
        if (facts.AnnouncedAt is { } announced && now - announced >= options.Announce)
            return CertificateAction.PromoteAuthority;
        // A serving certificate must never outlive its authority: announce early enough for a whole life plus the announcement.
        if (facts.AnnouncedAt is null && facts.AuthorityEnds - now <= options.ServingLife + (2 * options.Announce))
            return CertificateAction.AnnounceAuthority;
        if (!facts.ServingMatches || facts.ServingEnds - now <= options.ServingLife / 3)
            return CertificateAction.RenewServing;
        return facts.FirstBundleEnd <= now ? CertificateAction.PruneBundle : CertificateAction.None;
    }
}
