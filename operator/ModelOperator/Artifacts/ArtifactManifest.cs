using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ModelOperator.Artifacts;

/// <summary>
/// The files of an artifact as sorted UTF-8 lines <c>&lt;sha256hex&gt;  &lt;size&gt;  &lt;relative/path&gt;\n</c>.
/// The digest of an artifact is the SHA-256 of exactly these bytes, so one set of files has one manifest.
/// </summary>
public sealed class ArtifactManifest
{
    /// <summary>Largest manifest that is read, in bytes (about 100,000 files).</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ArtifactManifest(ImmutableArray<ManifestEntry> entries, ReadOnlyMemory<byte> bytes)
    {
        Entries = entries;
        Bytes = bytes;
        Digest = Sha256Digest.Of(bytes.Span);
        TotalSize = entries.Aggregate(0L, (sum, entry) => checked(sum + entry.Size));
    }

    /// <summary>The files, sorted by path.</summary>
    public ImmutableArray<ManifestEntry> Entries { get; }

    /// <summary>The canonical bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Digest of the artifact.</summary>
    public Sha256Digest Digest { get; }

    /// <summary>Sum of the files' sizes in bytes.</summary>
    public long TotalSize { get; }

    /// <summary>Builds the manifest of a set of files in any order.</summary>
    /// <exception cref="ArtifactFormatException">No file, a refused path, a duplicate, or a file whose path is another file's folder.</exception>
    public static ArtifactManifest Create(IEnumerable<ManifestEntry> files)
    {
        var sorted = files.OrderBy(static file => file.Path, Comparer<string>.Create(ManifestPath.Compare)).ToImmutableArray();
        var refusal = Refusal(sorted);
        if (refusal is not null)
            throw new ArtifactFormatException(refusal);
        var text = new StringBuilder();
        foreach (var file in sorted)
            text.Append(file.Digest.Hex).Append("  ").Append(file.Size.ToString(CultureInfo.InvariantCulture)).Append("  ").Append(file.Path).Append('\n');
        return new ArtifactManifest(sorted, StrictUtf8.GetBytes(text.ToString()));
    }

    /// <summary>Reads canonical bytes; anything that <see cref="Create"/> would not have written is refused with the line and reason.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ArtifactManifest? manifest, [NotNullWhen(false)] out string? error)
    {
        manifest = null;
        if (bytes.Length > MaxBytes)
        {
            error = $"a manifest has at most {MaxBytes} bytes, this has {bytes.Length}";
            return false;
        }
        if (!TryDecode(bytes.Span, out var text))
        {
            error = "the manifest is not valid UTF-8";
            return false;
        }
        error = ParseLines(text, out var entries) ?? Refusal(entries);
        if (error is not null)
            return false;
        manifest = new ArtifactManifest(entries, bytes.ToArray());
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, out string text)
    {
        try
        {
            text = StrictUtf8.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    private static string? ParseLines(string text, out ImmutableArray<ManifestEntry> entries)
    {
        entries = [];
        if (text.Length == 0 || text[^1] != '\n')
            return "a manifest has at least one line and ends with a line feed";
        var list = ImmutableArray.CreateBuilder<ManifestEntry>();
        foreach (var line in text[..^1].Split('\n'))
        {
            var entry = ParseLine(line);
            if (entry is null)
                return $"line {list.Count + 1} is not '<sha256 hex>  <size>  <path>'";
            list.Add(entry);
        }
        entries = list.ToImmutable();
        return null;
    }

    private static ManifestEntry? ParseLine(string line)
    {
        const int SizeStart = Sha256Digest.HexLength + 2;
        if (line.Length < SizeStart + 4 || line[Sha256Digest.HexLength] != ' ' || line[Sha256Digest.HexLength + 1] != ' ')
            return null;
        if (!Sha256Digest.TryParseHex(line[..Sha256Digest.HexLength], out var digest))
            return null;
        var gap = line.IndexOf("  ", SizeStart, StringComparison.Ordinal);
        if (gap < 0)
            return null;
        var number = line[SizeStart..gap];
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || size.ToString(CultureInfo.InvariantCulture) != number)
            return null;
        return new ManifestEntry(digest, size, line[(gap + 2)..]);
    }

    private static string? Refusal(ImmutableArray<ManifestEntry> sorted)
    {
        if (sorted.IsEmpty)
            return "an artifact has at least one file";
        var files = new HashSet<string>(StringComparer.Ordinal);
        var total = 0L;
        for (var i = 0; i < sorted.Length; i++)
        {
            var (_, size, path) = sorted[i];
            if (ManifestPath.Refusal(path) is { } refused)
                return refused;
            if (size < 0 || size > long.MaxValue - total)
                return $"the size of '{path}' is out of range";
            total += size;
            if (!files.Add(path))
                return $"the path '{path}' appears twice";
            if (i > 0 && ManifestPath.Compare(sorted[i - 1].Path, path) > 0)
                return $"the lines are not sorted by path at '{path}'";
        }
        return sorted.Select(entry => FolderThatIsAFile(entry.Path, files)).FirstOrDefault(static clash => clash is not null);
    }

    private static string? FolderThatIsAFile(string path, HashSet<string> files)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (files.Contains(path[..slash]))
                return $"'{path[..slash]}' is both a file and the folder of '{path}'";
        }
        return null;
    }
}
