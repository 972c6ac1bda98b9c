using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ModelOperator.Server.Predictions;

/// <summary>
/// Seals ids of one version under one key: AES-128 of the id's 16 bytes, one block. For messages of exactly one block that is a pseudorandom function as good as HMAC,
/// and a batch of them is one call into OpenSSL, where each HMAC takes three.
/// </summary>
internal sealed class IdSeal : IDisposable
{
    /// <summary>Bytes that are sealed.</summary>
    internal const int ContentBytes = 16;

    /// <summary>The most that are sealed at once.</summary>
    internal const int MostAtOnce = 64;

    private readonly Aes _aes = Aes.Create();
    private readonly ICryptoTransform _block;
    private readonly byte[] _contents = new byte[ContentBytes * MostAtOnce];
    private readonly byte[] _seals = new byte[ContentBytes * MostAtOnce];

    /// <param name="key">16 bytes.</param>
    [SuppressMessage("Security", "CA5358:Review cipher mode usage with cryptography experts", Justification = "Nothing is kept secret: single blocks that never repeat are sealed.")]
    internal IdSeal(byte[] key)
    {
        (_aes.Key, _aes.Mode, _aes.Padding) = (key, CipherMode.ECB, PaddingMode.None);
        _block = _aes.CreateEncryptor();
    }

    /// <summary>Where contents are written, one behind the other.</summary>
    internal Span<byte> Contents => _contents;

    /// <summary>Seals the first of the contents.</summary>
    /// <returns>A block for each, until the next call.</returns>
    internal ReadOnlySpan<byte> Seal(int count)
    {
        _block.TransformBlock(_contents, 0, ContentBytes * count, _seals, 0);
        return _seals;
    }

    public void Dispose()
    {
        _block.Dispose();
        _aes.Dispose();
    }
}
