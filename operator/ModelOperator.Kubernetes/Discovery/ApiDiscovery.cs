namespace ModelOperator.Kubernetes;

/// <summary>What a server serves, at one moment.</summary>
/// <param name="PreferredVersions">Versions of each group, best first; "" is the core group.</param>
/// <param name="Resources">Resources by "group/version" ("v1" for the core group).</param>
public sealed record ApiDiscovery(
    IReadOnlyDictionary<string, IReadOnlyList<string>> PreferredVersions,
    IReadOnlyDictionary<string, IReadOnlyList<V1ApiResource>> Resources)
{
    /// <summary>Whether the resource is served in this version.</summary>
    /// <param name="group">API group; "" for core.</param>
    /// <param name="version">Version.</param>
    /// <param name="plural">Resource name.</param>
    public bool Serves(string group, string version, string plural) =>
        Resources.TryGetValue(group.Length == 0 ? version : $"{group}/{version}", out var resources)
        && resources.Any(r => r.Name == plural);

    /// <summary>The first of the candidates that is served, or null.</summary>
    /// <param name="group">API group.</param>
    /// <param name="plural">Resource name.</param>
    /// <param name="candidates">Versions that the caller understands, best first.</param>
    public string? ChooseVersion(string group, string plural, params ReadOnlySpan<string> candidates)
    {
        foreach (var version in candidates)
        {
            if (Serves(group, version, plural))
                return version;
        }

        return null;
    }
}
