namespace ModelOperator.Kubernetes.Runtime.Certificates;

/// <summary>The next step in the life of the certificates.</summary>
public enum CertificateAction
{
    /// <summary>All is well.</summary>
    None,

    /// <summary>Nothing usable is there: make an authority and a serving certificate.</summary>
    CreateAll,

    /// <summary>The authority nears its end: make its successor and add it to the bundle; it does not sign yet.</summary>
    AnnounceAuthority,

    /// <summary>Everybody knows the successor: it signs a serving certificate; the old one stays in the bundle.</summary>
    PromoteAuthority,

    /// <summary>The serving certificate nears its end: sign a new one.</summary>
    RenewServing,

    /// <summary>An authority in the bundle has expired: drop it.</summary>
    PruneBundle,
}
