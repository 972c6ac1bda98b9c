using System.Collections.Immutable;

namespace ModelOperator.Artifacts;

/// <summary>Decides what a collection keeps. Pure: what manifests list is given.</summary>
public static class CollectionRules
{
    /// <summary>A verdict for each blob.</summary>
    /// <param name="blobs">All blobs of the store, listed after <paramref name="begun"/>.</param>
    /// <param name="named">Digests that objects name, read after <paramref name="begun"/>. Empty: nothing is garbage, since no list at all looks the same.</param>
    /// <param name="filesOf">Digests of the files of the artifact whose manifest a blob is; none for any other blob.</param>
    /// <param name="begun">When the collection began, by the clock that the last uses were written with.</param>
    /// <param name="grace">How long a blob is kept after its last use.</param>
    public static ImmutableArray<(BlobFact Blob, CollectionVerdict Verdict)> Decide(
        IReadOnlyCollection<BlobFact> blobs, IReadOnlySet<Sha256Digest> named, Func<BlobFact, IEnumerable<Sha256Digest>> filesOf, DateTimeOffset begun, TimeSpan grace)
    {
        var unusedSince = UnusedSince(begun, grace);
        HashSet<Sha256Digest> ofNamed = [], ofUsed = [];
        foreach (var blob in blobs)
        {
            if (named.Contains(blob.Digest))
                ofNamed.UnionWith(filesOf(blob));
            else if (blob.LastUsed > unusedSince)
                ofUsed.UnionWith(filesOf(blob));
        }

        return [.. blobs.Select(blob => (blob, Verdict(blob)))];

        CollectionVerdict Verdict(BlobFact blob)
        {
            if (named.Contains(blob.Digest) || ofNamed.Contains(blob.Digest))
                return CollectionVerdict.Named;
            if (blob.LastUsed > unusedSince || named.Count == 0)
                return CollectionVerdict.Used;
            return ofUsed.Contains(blob.Digest) ? CollectionVerdict.OfUsed : CollectionVerdict.Garbage;
        }
    }

    /// <summary>What was last used up to this moment has had its grace.</summary>
    public static DateTimeOffset UnusedSince(DateTimeOffset begun, TimeSpan grace) => begun - grace;
}
