using System.Text.Json;

namespace ModelOperator.Artifacts;

/// <summary>
/// Finds digests in JSON: every run of exactly 64 lower-case hexadecimal digits in any name or text. It finds too much (digests of images, say) and so
/// never too little, whatever field a digest is in and however it is spelled there. Pure.
/// </summary>
public static class DigestScan
{
    /// <summary>Adds what an element names.</summary>
    public static void AddFrom(JsonElement element, ISet<Sha256Digest> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    AddFrom(property.Name, found);
                    AddFrom(property.Value, found);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    AddFrom(item, found);
                break;
            case JsonValueKind.String:
                AddFrom(element.GetString()!, found);
                break;
            default:
                break;
        }
    }

    private static void AddFrom(string text, ISet<Sha256Digest> found)
    {
        for (var start = 0; start <= text.Length - Sha256Digest.HexLength;)
        {
            var end = start;
            while (end < text.Length && char.IsAsciiHexDigitLower(text[end]))
                end++;
            if (end - start == Sha256Digest.HexLength && Sha256Digest.TryParseHex(text[start..end], out var digest))
                found.Add(digest);
            start = end + 1;
        }
    }
}
