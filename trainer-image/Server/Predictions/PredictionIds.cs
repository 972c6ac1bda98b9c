using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.Server.Predictions;

/// <summary>
/// Makes and reads ids <c>&lt;version&gt;~&lt;base64url&gt;</c> of 22 bytes: the prediction (float64, big endian), a nonce (32 random bits per
/// process, 32 bits of a counter) and the first 6 bytes of HMAC-SHA256 over the version and the rest. Any replica can read what another made.
/// </summary>
internal sealed class PredictionIds : IDisposable
{
    internal const char Separator = '~';

    private const int ContentBytes = 16;
    private const int TagBytes = 6;
    private const int TextLength = 30;

    // OpenSSL takes longer to find and key an HMAC than to compute this one, so each thread keeps its own.
    private readonly ThreadLocal<IncrementalHash> _hmac;
    private readonly byte[] _prefix;
    private readonly string _version;
    private readonly uint _process;
    private uint _sequence;

    internal PredictionIds(string version, string? key)
    {
        _version = version;
        _prefix = Encoding.UTF8.GetBytes(version + Separator);
        var secret = Encoding.UTF8.GetBytes(key ?? "modelop-prediction-id-v1");
        _hmac = new ThreadLocal<IncrementalHash>(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret), trackAllValues: true);
        _process = BinaryPrimitives.ReadUInt32BigEndian(RandomNumberGenerator.GetBytes(4));
    }

    /// <summary>The length of every id of this version, in characters and in bytes of UTF-8.</summary>
    internal int Length => _prefix.Length + TextLength;

    /// <summary>Whether an id says that it is of this version.</summary>
    internal bool Made(string id) => id.Length > _version.Length && id[_version.Length] == Separator && id.StartsWith(_version, StringComparison.Ordinal);

    internal string Create(double prediction)
    {
        Span<byte> text = stackalloc byte[Length];
        Write(prediction, text);
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>Writes a new id as <see cref="Length"/> bytes of UTF-8.</summary>
    internal void Write(double prediction, Span<byte> text)
    {
        Span<byte> bytes = stackalloc byte[ContentBytes + TagBytes];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, prediction);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], _process);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Interlocked.Increment(ref _sequence));
        Tag(bytes[..ContentBytes], bytes[ContentBytes..]);
        _prefix.CopyTo(text);
        Base64Url.EncodeToUtf8(bytes, text[_prefix.Length..]);
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

    public void Dispose()
    {
        foreach (var hmac in _hmac.Values)
            hmac.Dispose();
        _hmac.Dispose();
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
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var hmac = _hmac.Value!;
        hmac.AppendData(_prefix);
        hmac.AppendData(content);
        hmac.GetHashAndReset(full);
        full[..TagBytes].CopyTo(tag);
    }
}
