namespace ModelOperator.CanaryDeployments;

/// <summary>
/// The digest that each version was entered with, remembered in the status from that very write until the version is gone. A ModelVersion that names other
/// bytes later changes no Pod: nobody has judged those.
/// </summary>
public static class CanaryDigests
{
    /// <summary>Digest that a version's Pods are made from: remembered, else fetched by its Deployment; null for a version without Pods.</summary>
    public static string? Of(CanaryContext c, string version) =>
        Find(c.Status, version)?.Digest ?? CanaryWorkload.FetchedDigest(c.Seen.Deployments.GetValueOrDefault(version));

    /// <summary>True when a version names other bytes than those that it was entered with.</summary>
    public static bool IsChanged(CanaryDeploymentStatus status, VersionView version) => Find(status, version.Name) is { } entry && entry.Digest != version.Digest;

    /// <summary>
    /// What to say of the versions under test, or of the stable one without any; null when none changed. Naming another version, the stable one too, is the
    /// way out: the stable version's digest stops no canary of another, and none keeps a canary from ending.
    /// </summary>
    public static string? Problem(CanaryContext c)
    {
        if (c.Status.CanaryVersion is null)
            return c.Status.StableVersion is { } stable ? Problem(c, stable) : null;
        return c.Target == c.Status.StableVersion ? null : CanaryArms.Versions(c.Status).Select(version => Problem(c, version)).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>What to say of a version that names other bytes than its Pods are made from; null when it does not.</summary>
    public static string? Problem(CanaryContext c, string version) => Changed(c, version) is { } digest
        ? $"ModelVersion {version}: spec.artifact.digest is {digest}, but its Pods were made from {Of(c, version)} and keep that. Put the digest back, or register the new bytes as a version of their own. Traffic is unchanged."
        : null;

    /// <summary>Remembers the digests of the versions in use, and tells once of those that changed.</summary>
    public static CanaryMove Apply(CanaryContext c, CanaryMove move)
    {
        if (c.Spec.Suspend)
            return move;
        var used = CanaryArms.Versions(move.Status).Prepend(move.Status.StableVersion).Concat((move.Status.Retiring ?? []).Select(r => r.Version)).OfType<string>().Distinct(StringComparer.Ordinal);
        CanaryDigest[] digests = [.. used.Select(version => Entry(c, version)).OfType<CanaryDigest>()];
        var news = digests.Where(d => d.Changed is not null && d.Changed != Find(c.Status, d.Version)?.Changed && move.Status.Reason != CanaryReasons.DigestChanged);
        return move with
        {
            Status = move.Status with { Digests = digests.Length == 0 ? null : digests },
            Notes = [.. move.Notes, .. news.Select(d => new CanaryNote(true, CanaryReasons.DigestChanged, Problem(c, d.Version)!))],
        };
    }

    private static CanaryDigest? Entry(CanaryContext c, string version)
    {
        var known = Of(c, version);
        if (!c.Seen.Versions.TryGetValue(version, out var view))
            return known is null ? null : new() { Version = version, Digest = known, Changed = Find(c.Status, version)?.Changed };
        return new() { Version = version, Digest = known ?? view.Digest, Changed = Changed(c, version) };
    }

    private static string? Changed(CanaryContext c, string version) =>
        c.Seen.Versions.TryGetValue(version, out var view) && Of(c, version) is { } digest && digest != view.Digest ? view.Digest : null;

    private static CanaryDigest? Find(CanaryDeploymentStatus status, string version) => status.Digests?.FirstOrDefault(d => d.Version == version);
}
