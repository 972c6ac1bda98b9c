using System.Buffers.Text;
using System.Globalization;

namespace ModelOperator.Artifacts;

/// <summary>
/// A list of fetched datasets in as few bytes as a termination message needs: lines of name, digest, size, rows, columns, violations and profile,
/// parted by spaces; digests in base64url, '-' for what is not there. The sixteen datasets that a run may have always fit.
/// </summary>
public static class CompactFetch
{
    private const string None = "-";

    /// <summary>Writes.</summary>
    public static string Write(IEnumerable<FetchedItem> items) => string.Join('\n', items.Select(static item => string.Join(' ',
        item.Name, Short(item.Digest), Text(item.SizeBytes), Text(item.Rows), Text(item.Columns), Text(item.Violations), Short(item.Profile))));

    /// <summary>Reads back; lines that are none are left out.</summary>
    public static List<FetchedItem> Read(string text) => [.. text.Split('\n').Select(static line => line.Split(' ')).Where(static parts => parts.Length == 7)
        .Select(static parts => new FetchedItem
        {
            Name = parts[0],
            Digest = Long(parts[1]) ?? "",
            SizeBytes = Number(parts[2]) ?? 0,
            Rows = Number(parts[3]),
            Columns = (int?)Number(parts[4]),
            Violations = (int?)Number(parts[5]),
            Profile = Long(parts[6]),
        })];

    private static string Short(string? digest) => Sha256Digest.TryParse(digest, out var read) ? Base64Url.EncodeToString(Convert.FromHexString(read.Hex)) : None;

    private static string? Long(string text)
    {
        var bytes = new byte[32];
        return text.Length == 43 && Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == bytes.Length ? Sha256Digest.Prefix + Convert.ToHexStringLower(bytes) : null;
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? None;

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
