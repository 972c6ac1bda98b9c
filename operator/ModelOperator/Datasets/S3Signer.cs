using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.Datasets;

/// <summary>AWS Signature Version 4 of requests by headers; a body is signed by its hash. Pure; AWS's published examples are its tests.</summary>
public static class S3Signer
{
    /// <summary>SHA-256 of no bytes.</summary>
    public const string EmptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The Authorization header's value.</summary>
    /// <param name="method">Method.</param>
    /// <param name="path">Path, percent-encoded once as <see cref="Encode"/> does.</param>
    /// <param name="query">Names and values, not encoded.</param>
    /// <param name="headers">Headers to sign, names in lower case; host and x-amz-date among them.</param>
    /// <param name="payload">SHA-256 of the body, lower-case hexadecimal.</param>
    /// <param name="region">Region.</param>
    /// <param name="service">Service, s3.</param>
    /// <param name="credentials">Key.</param>
    /// <param name="time">Time of the request.</param>
    public static string Authorization(
        string method,
        string path,
        IEnumerable<KeyValuePair<string, string>> query,
        IReadOnlyDictionary<string, string> headers,
        string payload,
        string region,
        string service,
        S3Credentials credentials,
        DateTimeOffset time)
    {
        var sorted = headers.OrderBy(static header => header.Key, StringComparer.Ordinal).ToList();
        var names = string.Join(';', sorted.Select(static header => header.Key));
        var canonical = new StringBuilder().Append(method).Append('\n').Append(path).Append('\n').Append(Query(query)).Append('\n');
        foreach (var (name, value) in sorted)
            canonical.Append(name).Append(':').Append(Fold(value)).Append('\n');
        canonical.Append('\n').Append(names).Append('\n').Append(payload);
        var day = time.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var scope = $"{day}/{region}/{service}/aws4_request";
        var toSign = $"{Algorithm}\n{Stamp(time)}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + credentials.SecretAccessKey);
        foreach (var part in new[] { day, region, service, "aws4_request" })
            key = Hmac(key, part);
        return $"{Algorithm} Credential={credentials.AccessKeyId}/{scope},SignedHeaders={names},Signature={Hex(Hmac(key, toSign))}";
    }

    /// <summary>The x-amz-date header's value.</summary>
    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Names and values encoded and sorted, as they are signed and sent.</summary>
    public static string Query(IEnumerable<KeyValuePair<string, string>> query) => string.Join('&', query
        .Select(static pair => (Name: Encode(pair.Key, keepSlashes: false), Value: Encode(pair.Value, keepSlashes: false)))
        .OrderBy(static pair => pair.Name, StringComparer.Ordinal).ThenBy(static pair => pair.Value, StringComparer.Ordinal)
        .Select(static pair => $"{pair.Name}={pair.Value}"));

    /// <summary>Percent-encodes the UTF-8 bytes of all but A-Z, a-z, 0-9, '-', '.', '_' and '~'.</summary>
    public static string Encode(string text, bool keepSlashes)
    {
        var encoded = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)value) || (char)value is '-' or '.' or '_' or '~' || (keepSlashes && value == '/'))
                encoded.Append((char)value);
            else
                encoded.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    private static string Fold(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
