using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ModelOperator.RegistryApi;

/// <summary>Where a page ended: the last row's keys, and what was asked, so that a cursor of another question is refused. Opaque to callers.</summary>
/// <param name="Keys">Keys of the last row as PostgreSQL writes them.</param>
public sealed record ApiCursor(IReadOnlyList<string> Keys)
{
    /// <summary>What a cursor belongs to.</summary>
    /// <param name="question">Path and parameters, without cursor and limit.</param>
    public static string Mark(string question) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(question)).AsSpan(0, 8));

    /// <summary>Text for callers.</summary>
    /// <param name="mark">Of the question.</param>
    public string Write(string mark) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes([mark, .. Keys], ApiJson.Default.ListString));

    /// <summary>Reads a cursor; null when it is none, or of another question.</summary>
    /// <param name="text">Text.</param>
    /// <param name="mark">Of the question.</param>
    /// <param name="keys">Number of keys.</param>
    public static ApiCursor? Read(string text, string mark, int keys)
    {
        try
        {
            var parts = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text), ApiJson.Default.ListString);
            return parts?.Count == keys + 1 && parts[0] == mark && parts.TrueForAll(static part => part is not null && !part.Contains('\0', StringComparison.Ordinal))
                ? new(parts[1..])
                : null;
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException)
        {
            return null;
        }
    }
}
