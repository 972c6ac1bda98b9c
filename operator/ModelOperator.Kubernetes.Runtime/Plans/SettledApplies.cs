using System.Collections.Concurrent;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>
/// Applies whose answer is known: the server may spell a value differently from us (1000m as 1), and then the comparison alone would
/// apply for ever. The same wish on the same version of the object is neither compared nor sent twice. Thread-safe.
/// </summary>
internal sealed class SettledApplies
{
    /// <summary>Entries are only a saving; beyond this many all are dropped and learnt again.</summary>
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<(string Plural, NamespacedName Key), (string Digest, string? Uid, string? Version)> known = new();

    public bool Holds(string plural, NamespacedName key, string digest, IKubernetesObject actual) =>
        Holds(plural, key, digest, actual.Metadata.Uid, actual.Metadata.ResourceVersion);

    public bool Holds(string plural, NamespacedName key, string digest, string? uid, string? version) =>
        known.TryGetValue((plural, key), out var last) && last == (digest, uid, version);

    public void Record(string plural, NamespacedName key, string digest, IKubernetesObject written)
    {
        if (known.Count >= Most)
            known.Clear();
        known[(plural, key)] = (digest, written.Metadata.Uid, written.Metadata.ResourceVersion);
    }
}
