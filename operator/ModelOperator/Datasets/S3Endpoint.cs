namespace ModelOperator.Datasets;

/// <summary>Where an S3 service is and how it is spoken to.</summary>
/// <param name="Url">Address; AWS's own of the region when null.</param>
/// <param name="Region">Region that requests are signed for.</param>
/// <param name="Credentials">Key; requests are not signed when null.</param>
/// <param name="PathStyle">Whether the bucket is in the path rather than in the host; as described at <see cref="Address"/> when null.</param>
public sealed record S3Endpoint(Uri? Url, string Region, S3Credentials? Credentials, bool? PathStyle = null)
{
    /// <summary>Region when none is named.</summary>
    public const string DefaultRegion = "us-east-1";

    /// <summary>
    /// Address and path of a key, encoded as they are signed. A service with an address of its own has its buckets in the path; AWS in the host,
    /// unless the name has a dot, which its certificate would not cover.
    /// </summary>
    public (Uri Host, string Path) Address(string bucket, string key)
    {
        var encoded = S3Signer.Encode(key, keepSlashes: true);
        var service = Url ?? new Uri($"https://s3.{Region}.amazonaws.com");
        var path = service.AbsolutePath.TrimEnd('/');
        if (PathStyle ?? (Url is not null || bucket.Contains('.', StringComparison.Ordinal)))
            return (service, $"{path}/{bucket}/{encoded}");
        return (new UriBuilder(service) { Host = $"{bucket}.{service.Host}", Path = "" }.Uri, $"{path}/{encoded}");
    }
}
