using System.Globalization;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>Order of resource versions; pure.</summary>
public static class ResourceVersions
{
    /// <summary>
    /// Whether what is at <paramref name="seen"/> includes a write at <paramref name="written"/>. Versions of one server are decimal and
    /// grow (documented since Kubernetes 1.35, true for etcd always); anything else counts as included, so that nothing waits for ever.
    /// </summary>
    /// <param name="seen">Version of a cache or object.</param>
    /// <param name="written">Version that a write returned.</param>
    public static bool Includes(string? seen, string? written)
    {
        if (!ulong.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var write))
            return true;
        return ulong.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out var cache) && cache >= write;
    }

    /// <summary>Whether one version is known to come after another; false where either is no decimal number.</summary>
    /// <param name="version">Version that may be newer.</param>
    /// <param name="other">Version to compare with.</param>
    public static bool IsNewer(string? version, string? other) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var one)
        && ulong.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var two)
        && one > two;
}
