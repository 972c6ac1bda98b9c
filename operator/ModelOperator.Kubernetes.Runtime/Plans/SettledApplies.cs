using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>
/// Applies whose answer is known: the server may spell a value differently from us (1000m as 1), and then the comparison alone would
/// apply for ever. The same wish on the same version of the object is neither compared nor sent twice. Thread-safe. Both sides are kept
/// as the first 128 bits of a SHA-256: ten thousand idle canaries have a hundred thousand entries, of half a kilobyte each as text.
/// </summary>
internal sealed class SettledApplies
{
    /// <summary>Entries are only a saving; beyond this many (20 MB) all are dropped and learnt again.</summary>
    private const int Most = 500_000;

    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, UInt128> known = [];

    public bool Holds(string plural, NamespacedName key, string digest, IKubernetesObject actual) =>
        Holds(plural, key, digest, actual.Metadata.Uid, actual.Metadata.ResourceVersion);

    public bool Holds(string plural, NamespacedName key, string digest, string? uid, string? version)
    {
        var (place, state) = (Hash(plural, key.Namespace, key.Name), Hash(digest, uid, version));
        lock (gate)
            return known.TryGetValue(place, out var last) && last == state;
    }

    public void Record(string plural, NamespacedName key, string digest, IKubernetesObject written)
    {
        var (place, state) = (Hash(plural, key.Namespace, key.Name), Hash(digest, written.Metadata.Uid, written.Metadata.ResourceVersion));
        lock (gate)
        {
            if (known.Count >= Most)
                known.Clear();
            known[place] = state;
        }
    }

    /// <summary>No part has a line feed: they are names, digests and identities of Kubernetes.</summary>
    private static UInt128 Hash(string first, string? second, string? third) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{first}\n{second}\n{third}")));
}
