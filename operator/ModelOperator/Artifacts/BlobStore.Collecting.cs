using System.Buffers;

namespace ModelOperator.Artifacts;

public sealed partial class BlobStore
{
    // A manifest's first line: 64 digits, two spaces, a size.
    private const int ManifestStart = Sha256Digest.HexLength + 3;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private HashSet<Sha256Digest>? _usedMeanwhile;
    private HashSet<Sha256Digest> _filesOfUsed = [];

    /// <summary>How exact the time of the last use is: a blob that is read all the time is not written to each time.</summary>
    public static TimeSpan TouchResolution { get; } = TimeSpan.FromHours(1);

    /// <summary>Says that a blob is used now, durably; false when it is not there. After this no collection that is under way takes it, or its files when it is a manifest.</summary>
    public bool Touch(Sha256Digest digest)
    {
        lock (_commit)
        {
            _usedMeanwhile?.Add(digest);
            return Touch(digest, durably: true);
        }
    }

    /// <summary>The same for what a collection itself knows to be in use, with its files; the next collection would say it again.</summary>
    public bool TouchNamed(Sha256Digest digest)
    {
        lock (_commit)
            return Touch(digest, durably: false);
    }

    /// <summary>All blobs as they are now.</summary>
    public IEnumerable<BlobFact> List()
    {
        foreach (var file in new DirectoryInfo(_blobs).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (Sha256Digest.TryParseHex(file.Name, out var digest))
                yield return new BlobFact(digest, file.Length, file.LastWriteTimeUtc);
        }
    }

    /// <summary>Digests of the files of the artifact whose manifest a blob is; none for any other blob.</summary>
    public IReadOnlyCollection<Sha256Digest> FilesOf(Sha256Digest digest)
    {
        try
        {
            if (SizeOf(digest) is not (> ManifestStart and <= ArtifactManifest.MaxBytes) || !StartsAsManifest(PathOf(digest)))
                return [];
            return ParseManifest(digest, File.ReadAllBytes(PathOf(digest)))?.Entries.Select(static entry => entry.Digest).ToHashSet() ?? [];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Begins to remember what is used meanwhile. Before the blobs are listed; ended by <see cref="StopRemoving"/>.</summary>
    public void StartRemoving()
    {
        lock (_commit)
            (_usedMeanwhile, _filesOfUsed) = ([], []);
    }

    /// <summary>Ends what <see cref="StartRemoving"/> began.</summary>
    public void StopRemoving()
    {
        lock (_commit)
            (_usedMeanwhile, _filesOfUsed) = (null, []);
    }

    /// <summary>Deletes a blob unless it, or an artifact that it belongs to, was used meanwhile; true when it is gone by this.</summary>
    /// <param name="digest">Blob.</param>
    /// <param name="unusedSince">What was last used after this moment stays.</param>
    public bool Remove(Sha256Digest digest, DateTimeOffset unusedSince)
    {
        var file = new FileInfo(PathOf(digest));
        lock (_commit)
        {
            if (_usedMeanwhile is null)
                throw new InvalidOperationException("nothing is removed outside of a collection");
            foreach (var used in _usedMeanwhile)
                _filesOfUsed.UnionWith(FilesOf(used));
            _usedMeanwhile.Clear();
            if (!file.Exists || file.LastWriteTimeUtc > unusedSince.UtcDateTime || _filesOfUsed.Contains(digest))
                return false;
            var size = file.Length;
            file.Delete();
            _counters.BlobRemoved(size);
            Usage.Release(digest, size);
        }

        return true;
    }

    private bool Touch(Sha256Digest digest, bool durably)
    {
        var path = PathOf(digest);
        if (!File.Exists(path))
            return false;
        var now = _time.GetUtcNow().UtcDateTime;
        if (File.GetLastWriteTimeUtc(path) > now - TouchResolution)
            return true;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.SetLastWriteTimeUtc(file, now);
        if (durably)
            RandomAccess.FlushToDisk(file);
        return true;
    }

    private static bool StartsAsManifest(string path)
    {
        Span<byte> start = stackalloc byte[ManifestStart];
        using var file = File.OpenHandle(path);
        return RandomAccess.Read(file, start, 0) == ManifestStart
            && start[..Sha256Digest.HexLength].IndexOfAnyExcept(HexDigits) < 0
            && start[Sha256Digest.HexLength..].StartsWith("  "u8);
    }

    private static ArtifactManifest? ParseManifest(Sha256Digest digest, byte[] bytes) =>
        ArtifactManifest.TryParse(bytes, out var manifest, out _) && manifest.Digest == digest ? manifest : null;
}
