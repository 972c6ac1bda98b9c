using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.Server.Predictions;

/// <summary>
/// Makes and reads ids <c>&lt;version&gt;~&lt;base64url&gt;</c> of 22 bytes: the prediction (float64, big endian), a nonce (32 random bits per
/// process, 32 bits of a counter) and the first 6 bytes of their seal (<see cref="IdSeal"/>) under a key of the version. Any replica can read what another made.
/// </summary>
internal sealed class PredictionIds : IDisposable
{
    internal const char Separator = '~';

    private const int ContentBytes = IdSeal.ContentBytes;
    private const int TagBytes = 6;
    private const int TextLength = 30;

    // OpenSSL takes longer to find and key a cipher than to seal with it, so each thread keeps its own.
    private readonly ThreadLocal<IdSeal> _seal;
    private readonly byte[] _prefix;
    private readonly string _version;
    private readonly uint _process;
    private uint _sequence;

    internal PredictionIds(string version, string? key)
    {
        _version = version;
        _prefix = Encoding.UTF8.GetBytes(version + Separator);
        var key16 = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key ?? "modelop-prediction-id-v2"), Encoding.UTF8.GetBytes(version))[..ContentBytes];
        _seal = new ThreadLocal<IdSeal>(() => new IdSeal(key16), trackAllValues: true);
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
    internal void Write(double prediction, Span<byte> text) => WriteSome(new ReadOnlySpan<double>(in prediction), text);

    /// <summary>Writes new ids, one behind the other.</summary>
    internal void Write(ReadOnlySpan<float> predictions, Span<byte> text)
    {
        Span<double> some = stackalloc double[IdSeal.MostAtOnce];
        while (predictions.Length > 0)
        {
            var count = Math.Min(predictions.Length, IdSeal.MostAtOnce);
            for (var i = 0; i < count; i++)
                some[i] = predictions[i];
            WriteSome(some[..count], text);
            predictions = predictions[count..];
            text = text[(count * Length)..];
        }
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
        var seal = _seal.Value!;
        bytes[..ContentBytes].CopyTo(seal.Contents);
        if (!CryptographicOperations.FixedTimeEquals(seal.Seal(1)[..TagBytes], bytes[ContentBytes..]))
            return "checksum";
        content = new PredictionId(BinaryPrimitives.ReadDoubleBigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return null;
    }

    public void Dispose()
    {
        foreach (var seal in _seal.Values)
            seal.Dispose();
        _seal.Dispose();
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

    private void WriteSome(ReadOnlySpan<double> predictions, Span<byte> text)
    {
        var seal = _seal.Value!;
        var contents = seal.Contents;
        var sequence = Interlocked.Add(ref _sequence, (uint)predictions.Length) - (uint)predictions.Length;
        for (var i = 0; i < predictions.Length; i++)
        {
            var content = contents.Slice(i * ContentBytes, ContentBytes);
            BinaryPrimitives.WriteDoubleBigEndian(content, predictions[i]);
            BinaryPrimitives.WriteUInt32BigEndian(content[8..], _process);
            BinaryPrimitives.WriteUInt32BigEndian(content[12..], ++sequence);
        }

        var seals = seal.Seal(predictions.Length);
        Span<byte> bytes = stackalloc byte[ContentBytes + TagBytes];
        for (var i = 0; i < predictions.Length; i++)
        {
            contents.Slice(i * ContentBytes, ContentBytes).CopyTo(bytes);
            seals.Slice(i * ContentBytes, TagBytes).CopyTo(bytes[ContentBytes..]);
            var id = text.Slice(i * Length, Length);
            _prefix.CopyTo(id);
            Base64Url.EncodeToUtf8(bytes, id[_prefix.Length..]);
        }
    }
}
