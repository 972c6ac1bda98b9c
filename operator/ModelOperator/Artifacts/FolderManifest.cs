using System.Buffers;
using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

/// <summary>Reads a folder into a manifest. Links, pipes, sockets and devices are refused, never followed or opened.</summary>
public static class FolderManifest
{
    private const int BufferBytes = 1024 * 1024;

    /// <summary>Hashes every file below a folder.</summary>
    /// <exception cref="ArtifactFormatException">The folder is missing, empty, or holds something that is not a plain file or folder.</exception>
    public static async Task<ArtifactManifest> ReadAsync(string root, CancellationToken cancellationToken)
    {
        if (UnixFiles.KindOf(root) != FileKind.Directory)
            throw new ArtifactFormatException("the folder does not exist or is not a plain folder");
        var entries = new List<ManifestEntry>();
        foreach (var (full, relative) in Files(root, ""))
        {
            var (digest, size) = await HashAsync(full, cancellationToken);
            entries.Add(new ManifestEntry(digest, size, relative));
        }
        return ArtifactManifest.Create(entries);
    }

    /// <summary>Manifest of one plain file, under its own name.</summary>
    public static async Task<ArtifactManifest> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        if (UnixFiles.KindOf(path) != FileKind.File)
            throw new ArtifactFormatException("the path is not a plain file");
        var (digest, size) = await HashAsync(path, cancellationToken);
        return ArtifactManifest.Create([new ManifestEntry(digest, size, Path.GetFileName(path))]);
    }

    /// <summary>Hashes one file by reading all its bytes.</summary>
    public static async Task<(Sha256Digest Digest, long Size)> HashAsync(string path, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
            long size = 0;
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                size += read;
            }
            return (Sha256Digest.FromHash(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static IEnumerable<(string Full, string Relative)> Files(string folder, string prefix)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            var relative = prefix + Path.GetFileName(entry);
            if (ManifestPath.Refusal(relative) is { } refused)
                throw new ArtifactFormatException(refused);
            switch (UnixFiles.KindOf(entry))
            {
                case FileKind.File:
                    yield return (entry, relative);
                    break;
                case FileKind.Directory:
                    foreach (var inner in Files(entry, relative + "/"))
                        yield return inner;
                    break;
                case FileKind.Symlink:
                    throw new ArtifactFormatException($"'{relative}' is a symbolic link; copy the file instead");
                case FileKind.Special:
                    throw new ArtifactFormatException($"'{relative}' is a pipe, socket or device");
                default:
                    throw new ArtifactFormatException($"'{relative}' cannot be read");
            }
        }
    }
}
