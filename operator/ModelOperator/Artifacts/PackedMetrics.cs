using System.Buffers.Text;
using System.IO.Compression;
using System.Text.Json;

namespace ModelOperator.Artifacts;

/// <summary>Metrics in a third of the bytes that JSON takes, most of which are the names' common parts: base64url of a zlib stream (RFC 1950) of the JSON.</summary>
internal static class PackedMetrics
{
    // Room for some thousand metrics: what a message of a few KiB could hold besides is no metrics.
    private const int MostBytes = 256 * 1024;

    /// <summary>Writes.</summary>
    internal static string Write(Dictionary<string, double> metrics)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZLibStream(stream, CompressionLevel.SmallestSize, leaveOpen: true))
            JsonSerializer.Serialize(zip, metrics, ArtifactsJson.Default.DictionaryStringDouble);
        return Base64Url.EncodeToString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Reads back.</summary>
    /// <exception cref="JsonException">The text is none of these.</exception>
    internal static Dictionary<string, double> Read(string text)
    {
        try
        {
            using var zip = new ZLibStream(new MemoryStream(Base64Url.DecodeFromChars(text)), CompressionMode.Decompress);
            var bytes = new byte[MostBytes];
            var length = zip.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return JsonSerializer.Deserialize(bytes.AsSpan(0, length), ArtifactsJson.Default.DictionaryStringDouble) ?? throw new JsonException("the packed metrics are null");
        }
        catch (Exception failure) when (failure is FormatException or InvalidDataException)
        {
            throw new JsonException("the packed metrics cannot be read", failure);
        }
    }
}
