using System.Globalization;

namespace ModelOperator.Artifacts;

/// <summary>
/// The digests that objects name, as they travel to the store: a line of 64 digits each, and a last line <c>end &lt;count&gt;</c>. A text that was cut
/// off anywhere is no such text.
/// </summary>
public static class NamedDigests
{
    /// <summary>Longest text, in bytes (about two million digests).</summary>
    public const int MaxBytes = 128 * 1024 * 1024;

    private const string End = "end ";

    /// <summary>Writes.</summary>
    public static void Write(IReadOnlyCollection<Sha256Digest> digests, TextWriter to)
    {
        foreach (var digest in digests)
            to.Write(digest.Hex + "\n");
        to.Write(string.Create(CultureInfo.InvariantCulture, $"{End}{digests.Count}\n"));
    }

    /// <summary>Reads all of it, or says what is wrong with it.</summary>
    public static async Task<(IReadOnlySet<Sha256Digest>? Digests, string? Error)> ReadAsync(TextReader from, CancellationToken cancellationToken)
    {
        var digests = new HashSet<Sha256Digest>();
        for (var line = 1; await from.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            if (Sha256Digest.TryParseHex(text, out var digest))
                digests.Add(digest);
            else if (IsEnd(text, out var count) && count == digests.Count && await from.ReadLineAsync(cancellationToken) is null)
                return (digests, null);
            else
                return (null, $"line {line} is neither a digest nor '{End}{digests.Count}', or something follows it");
        }

        return (null, "the text ends without its last line");
    }

    private static bool IsEnd(string text, out int count)
    {
        count = 0;
        return text.StartsWith(End, StringComparison.Ordinal) && int.TryParse(text.AsSpan(End.Length), NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }
}
