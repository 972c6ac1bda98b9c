namespace ModelOperator.Kubernetes.Runtime.Certificates;

/// <summary>What the decision about the next step may know.</summary>
/// <param name="AuthorityEnds">End of the signing authority.</param>
/// <param name="ServingEnds">End of the serving certificate.</param>
/// <param name="ServingMatches">Whether the serving certificate is signed by the authority and names the service.</param>
/// <param name="AnnouncedAt">Since when a successor is announced; null when there is none.</param>
/// <param name="FirstBundleEnd">End of the certificate in the bundle that ends first.</param>
public sealed record CertificateFacts(
    DateTimeOffset AuthorityEnds, DateTimeOffset ServingEnds, bool ServingMatches, DateTimeOffset? AnnouncedAt, DateTimeOffset FirstBundleEnd);
