using System.Globalization;

namespace ModelOperator.Datasets;

/// <summary>Requests to a service that speaks S3, signed by Signature Version 4 where there is a key.</summary>
public static class S3Requests
{
    /// <summary>A request; its body, if any, is the caller's to add.</summary>
    /// <param name="endpoint">Service.</param>
    /// <param name="now">Time of the signature.</param>
    /// <param name="method">Method.</param>
    /// <param name="bucket">Bucket.</param>
    /// <param name="key">Key; empty for the bucket itself.</param>
    /// <param name="query">Names and values, not encoded.</param>
    /// <param name="payload">SHA-256 of the body, lower-case hexadecimal.</param>
    public static HttpRequestMessage Create(
        S3Endpoint endpoint, DateTimeOffset now, HttpMethod method, string bucket, string key, IReadOnlyCollection<KeyValuePair<string, string>> query, string payload = S3Signer.EmptyPayload)
    {
        var (host, path) = endpoint.Address(bucket, key);
        var text = $"{host.GetLeftPart(UriPartial.Authority)}{path}{(query.Count > 0 ? "?" : "")}{S3Signer.Query(query)}";
        var request = new HttpRequestMessage(method, new Uri(text));
        if (endpoint.Credentials is not { } credentials)
            return request;
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = HostOf(host),
            ["x-amz-content-sha256"] = payload,
            ["x-amz-date"] = S3Signer.Stamp(now),
        };
        if (credentials.SessionToken is { } token)
            headers["x-amz-security-token"] = token;
        foreach (var (name, value) in headers.Where(static header => header.Key != "host"))
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation(
            "Authorization", S3Signer.Authorization(method.Method, path, query, headers, payload, endpoint.Region, "s3", credentials, now));
        return request;
    }

    // As the client sends it: the number of an IPv6 host is in brackets there.
    private static string HostOf(Uri host)
    {
        var name = host.HostNameType == UriHostNameType.IPv6 ? $"[{host.IdnHost}]" : host.IdnHost;
        return host.IsDefaultPort ? name : $"{name}:{host.Port.ToString(CultureInfo.InvariantCulture)}";
    }
}
