using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.Artifacts;

/// <summary>
/// Issues and checks store tokens <c>mo1.&lt;scope&gt;.&lt;expiryUnix&gt;.&lt;base64url hmac-sha256&gt;</c>. Tokens are a pure
/// function of key, scope and expiry: a pod rendered again carries the same one.
/// </summary>
public sealed class ArtifactTokens
{
    /// <summary>Shortest key, in bytes.</summary>
    public const int MinKeyBytes = 32;

    /// <summary>What is said to who sends no token.</summary>
    public const string HowToSend = "send a token: Authorization: Bearer <token>";

    private const string BearerPrefix = "Bearer ";
    private const string Version = "mo1";
    private const int MaxTokenLength = 1024;

    private readonly byte[] _key;

    /// <summary>Takes the shared key as the Secret holds it.</summary>
    /// <exception cref="ArgumentException">The key is shorter than <see cref="MinKeyBytes"/>.</exception>
    public ArtifactTokens(ReadOnlySpan<byte> key)
    {
        if (key.Length < MinKeyBytes)
            throw new ArgumentException($"the artifact key has {key.Length} bytes, at least {MinKeyBytes} are needed", nameof(key));
        _key = key.ToArray();
    }

    /// <summary>Makes a fresh random key for the Secret.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(MinKeyBytes);

    /// <summary>True for text that claims to be one of these tokens (and not, say, a Kubernetes token).</summary>
    public static bool LooksLikeToken(string token) => token.StartsWith(Version + ".", StringComparison.Ordinal);

    /// <summary>The token of an Authorization header; null without one.</summary>
    public static string? Bearer(string? authorization) =>
        authorization is not null && authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) ? authorization[BearerPrefix.Length..].Trim() : null;

    /// <summary>Checks a token against the key in a file, which is read anew: a renewed Secret holds from the moment the kubelet mounts it.</summary>
    /// <returns>The scope of a valid token, else null and why.</returns>
    public static async Task<(ArtifactScope? Scope, AccessDecision Refusal)> CheckAsync(string keyFile, string token, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var check = new ArtifactTokens(await File.ReadAllBytesAsync(keyFile, cancellationToken)).Check(token, time.GetUtcNow());
            return (check.Scope, AccessDecision.Unauthenticated(check.Refusal ?? "the token is refused"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, AccessDecision.Unknown($"the token key cannot be read: {failure.Message}"));
        }
    }

    /// <summary>Issues a token; without an expiry it holds as long as the key.</summary>
    public string Issue(ArtifactScope scope, DateTimeOffset? expires = null)
    {
        var seconds = expires?.ToUnixTimeSeconds() ?? 0;
        var signed = string.Create(CultureInfo.InvariantCulture, $"{Version}.{scope.Text}.{seconds}");
        return $"{signed}.{Sign(signed)}";
    }

    /// <summary>Checks a token; the signature is compared in constant time and before anything of it is believed.</summary>
    public TokenCheck Check(string token, DateTimeOffset now)
    {
        var parts = token.Length <= MaxTokenLength ? token.Split('.') : [];
        if (parts.Length != 4 || parts[0] != Version)
            return TokenCheck.Malformed;
        // The texts are compared, not what they decode to: base64 has several spellings of one value, a token has one.
        var expected = Encoding.UTF8.GetBytes(Sign(token[..(token.Length - parts[3].Length - 1)]));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(parts[3])))
            return TokenCheck.BadSignature;
        if (!ArtifactScope.TryParse(parts[1], out var scope)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var expiry))
            return TokenCheck.Malformed;
        return expiry != 0 && now.ToUnixTimeSeconds() >= expiry ? TokenCheck.Expired : TokenCheck.Valid(scope);
    }

    private string Sign(string text) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));
}
