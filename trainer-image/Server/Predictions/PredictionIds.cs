using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.Server.Predictions;

/// <summary>
/// Makes and reads ids <c>&lt;version&gt;~&lt;base64url&gt;</c> of 22 bytes: the prediction (float64, big endian), a nonce (32 random bits per
/// process, 32 bits of a counter) and the first 6 bytes of HMAC-SHA256 over the version and the rest. Any replica can read what another made.
/// </summary>
internal sealed class PredictionIds
{
    internal const char Separator = '~';

    private const int ContentBytes = 16;
    private const int TagBytes = 6;
    private const int TextLength = 30;

    private readonly byte[] _key;
    private readonly byte[] _prefix;
    private readonly string _version;
    private readonly uint _process;
    private uint _sequence;

    internal PredictionIds(string version, string? key)
    {
        _version = version;
        _prefix = Encoding.UTF8.GetBytes(version + Separator);
        _key = Encoding.UTF8.GetBytes(key ?? "modelop-prediction-id-v1");
        _process = BinaryPrimitives.ReadUInt32BigEndian(RandomNumberGenerator.GetBytes(4));
    }

    internal string Create(double prediction)
    {
        Span<byte> bytes = stackalloc byte[ContentBytes + TagBytes];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, prediction);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], _process);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Interlocked.Increment(ref _sequence));
        Tag(bytes[..ContentBytes], bytes[ContentBytes..]);
        Span<char> text = stackalloc char[TextLength];
        Base64Url.EncodeToChars(bytes, text);
        return string.Concat(_version, "~", text);
    }

    /// <summary>Reads an id.</summary>
    /// <returns>Null and its content, or the reason why it is refused: malformed, version or checksum.</returns>
    internal string? Refuse(string id, out PredictionId content)
    {
        content = default;
        var separator = id.LastIndexOf(Separator);
        if (separator < 0 || id.Length - separator - 1 != TextLength)
            return "malformed";
        if (!id.AsSpan(0, separator).SequenceEqual(_version))
            return "version";
        Span<byte> bytes = stackalloc byte[ContentBytes + TagBytes];
        if (!TryDecode(id.AsSpan(separator + 1), bytes))
            return "malformed";
        Span<byte> tag = stackalloc byte[TagBytes];
        Tag(bytes[..ContentBytes], tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, bytes[ContentBytes..]))
            return "checksum";
        content = new PredictionId(BinaryPrimitives.ReadDoubleBigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return null;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        try
        {
            return Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == bytes.Length;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private void Tag(ReadOnlySpan<byte> content, Span<byte> tag)
    {
        Span<byte> input = stackalloc byte[_prefix.Length + ContentBytes];
        _prefix.CopyTo(input);
        content.CopyTo(input[_prefix.Length..]);
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, input, full);
        full[..TagBytes].CopyTo(tag);
    }
}
