using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

/// <summary>A SHA-256 digest in its one canonical spelling: 64 lower-case hexadecimal digits.</summary>
public readonly record struct Sha256Digest
{
    /// <summary>Prefix of a digest as the API writes it.</summary>
    public const string Prefix = "sha256:";

    /// <summary>Prefix of the URI of a blob or artifact in the embedded store.</summary>
    public const string UriPrefix = "modelop://sha256/";

    /// <summary>Number of hexadecimal digits.</summary>
    public const int HexLength = 64;

    private readonly string? _hex;

    private Sha256Digest(string hex) => _hex = hex;

    /// <summary>The 64 digits; zeros for the default value.</summary>
    public string Hex => _hex ?? new string('0', HexLength);

    /// <summary>The URI under which the artifact store serves this digest.</summary>
    public string Uri => UriPrefix + Hex;

    /// <summary>Hashes bytes that are already in memory.</summary>
    public static Sha256Digest Of(ReadOnlySpan<byte> bytes) => FromHash(SHA256.HashData(bytes));

    /// <summary>Takes the 32 bytes of a finished hash.</summary>
    public static Sha256Digest FromHash(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"a SHA-256 hash has {SHA256.HashSizeInBytes} bytes, got {hash.Length}", nameof(hash));
        return new Sha256Digest(Convert.ToHexStringLower(hash));
    }

    /// <summary>Accepts 64 lower-case digits and nothing else, so that one content has one name.</summary>
    public static bool TryParseHex([NotNullWhen(true)] string? text, out Sha256Digest digest)
    {
        digest = default;
        if (text is null || text.Length != HexLength)
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigitLower(c))
                return false;
        }
        digest = new Sha256Digest(text);
        return true;
    }

    /// <summary>Accepts <c>sha256:&lt;hex&gt;</c> or <c>modelop://sha256/&lt;hex&gt;</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Sha256Digest digest)
    {
        digest = default;
        if (text is null)
            return false;
        if (text.StartsWith(Prefix, StringComparison.Ordinal))
            return TryParseHex(text[Prefix.Length..], out digest);
        return text.StartsWith(UriPrefix, StringComparison.Ordinal) && TryParseHex(text[UriPrefix.Length..], out digest);
    }

    /// <summary><c>sha256:&lt;hex&gt;</c>.</summary>
    public override string ToString() => Prefix + Hex;
}
