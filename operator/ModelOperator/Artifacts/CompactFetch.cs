using System.Buffers.Text;

namespace ModelOperator.Artifacts;

/// <summary>
/// A list of fetched datasets in as few bytes as a termination message needs: name, digest, size, rows, columns, violations and profile, parted by commas, datasets by semicolons;
/// digests in base64url, numbers to the base of 36, '-' for what is not there. The sixteen datasets that a run may have always fit.
/// </summary>
public static class CompactFetch
{
    private const string None = "-";
    private const int Base = 36;
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>Writes.</summary>
    public static string Write(IEnumerable<FetchedItem> items) => string.Join(';', items.Select(static item => string.Join(',',
        item.Name, Short(item.Digest), Text(item.SizeBytes), Text(item.Rows), Text(item.Columns), Text(item.Violations), Short(item.Profile))));

    /// <summary>Reads back; parts that are no dataset are left out.</summary>
    public static List<FetchedItem> Read(string text) => [.. text.Split(';').Select(static item => item.Split(',')).Where(static parts => parts.Length == 7)
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

    private static string Text(long? number)
    {
        if (number is not >= 0)
            return None;
        var text = "";
        for (var rest = number.Value; rest > 0 || text.Length == 0; rest /= Base)
            text = Digits[(int)(rest % Base)] + text;
        return text;
    }

    private static long? Number(string text)
    {
        Int128 number = 0;
        foreach (var letter in text)
        {
            var digit = Digits.IndexOf(letter, StringComparison.Ordinal);
            number = (number * Base) + digit;
            if (digit < 0 || number > long.MaxValue)
                return null;
        }

        return text.Length == 0 ? null : (long)number;
    }
}
