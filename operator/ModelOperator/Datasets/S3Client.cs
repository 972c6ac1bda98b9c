using System.Globalization;
using System.Net;
using System.Xml;
using ModelOperator.Artifacts;

namespace ModelOperator.Datasets;

/// <summary>
/// Reads from a service that speaks S3: GET, HEAD and ListObjectsV2, signed by Signature Version 4. One call is one try; failures are
/// <see cref="TransferException"/>, and no message holds a key or a signature.
/// </summary>
/// <param name="http">Client that follows no redirect.</param>
/// <param name="endpoint">Service.</param>
/// <param name="time">Clock of the signatures.</param>
public sealed class S3Client(HttpClient http, S3Endpoint endpoint, TimeProvider time)
{
    /// <summary>Objects below one prefix at most.</summary>
    public const int MostObjects = 100_000;

    private const string Unavailable = "DatasetUnavailable";
    private const int MostListBytes = 16 << 20;

    /// <summary>A signed request that reads an object.</summary>
    public HttpRequestMessage ReadRequest(S3Location location) => Request(HttpMethod.Get, location.Bucket, location.Key, []);

    /// <summary>Size of an object, or null when there is none.</summary>
    public async Task<long?> SizeAsync(S3Location location, CancellationToken cancellationToken)
    {
        using var guard = new IdleGuard(TransferHttp.IdleTimeout, time, cancellationToken);
        return await TransferHttp.RunAsync(Unavailable, Name(location), async () =>
        {
            using var request = Request(HttpMethod.Head, location.Bucket, location.Key, []);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            ThrowUnlessSuccess(response, location);
            return response.Content.Headers.ContentLength;
        }, cancellationToken);
    }

    /// <summary>One page of the objects below a prefix, and where the next begins; folders' own markers are left out.</summary>
    /// <param name="location">Prefix.</param>
    /// <param name="continuation">Where it begins; null for the first page.</param>
    /// <param name="most">Objects on the page at most; the service's own limit when null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(List<S3Object> Objects, string? Next)> ListAsync(S3Location location, string? continuation, int? most, CancellationToken cancellationToken)
    {
        var query = new List<KeyValuePair<string, string>> { new("list-type", "2"), new("prefix", location.Key) };
        if (continuation is not null)
            query.Add(new("continuation-token", continuation));
        if (most is { } count)
            query.Add(new("max-keys", count.ToString(CultureInfo.InvariantCulture)));
        using var guard = new IdleGuard(TransferHttp.IdleTimeout, time, cancellationToken);
        return await TransferHttp.RunAsync(Unavailable, Name(location), async () =>
        {
            using var request = Request(HttpMethod.Get, location.Bucket, "", query);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
            if (response.StatusCode == HttpStatusCode.NotFound)
                throw new TransferException(TransferFailure.NotFound, "DatasetNotFound", $"{Name(location)}: there is no bucket {location.Bucket}");
            ThrowUnlessSuccess(response, location);
            await response.Content.LoadIntoBufferAsync(MostListBytes, guard.Token);
            await using var body = await response.Content.ReadAsStreamAsync(guard.Token);
            return await ReadListAsync(body, location);
        }, cancellationToken);
    }

    /// <summary>Throws what an answer means that is no success.</summary>
    public static void ThrowUnlessSuccess(HttpResponseMessage response, S3Location location)
    {
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
            return;
        var region = response.Headers.TryGetValues("x-amz-bucket-region", out var regions) ? regions.FirstOrDefault() : null;
        var answer = $"{Name(location)}: the service answered {(int)response.StatusCode} {response.ReasonPhrase}";
        throw response.StatusCode switch
        {
            HttpStatusCode.NotFound => new TransferException(TransferFailure.NotFound, "DatasetNotFound", $"{Name(location)}: there is no such object or bucket"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new TransferException(
                TransferFailure.NotFound, "DatasetNotFound",
                $"{answer}: the key in secretRef is wrong or may not read this (for an object that is not there a key without the right to list is refused as well)"),
            >= (HttpStatusCode)300 and < (HttpStatusCode)400 => new TransferException(
                TransferFailure.NotFound, "DatasetNotFound", $"{answer}: the bucket is in another region{(region is null ? "" : $", {region}")}; set s3.region or s3.endpoint"),
            var status when TransferHttp.Classify(status) == TransferFailure.Unavailable => new TransferException(TransferFailure.Unavailable, Unavailable, answer),
            _ => new TransferException(TransferFailure.NotFound, "DatasetNotFound", $"{answer}; check s3.region and s3.endpoint"),
        };
    }

    /// <summary>The location, for messages.</summary>
    public static string Name(S3Location location) => $"s3://{location.Bucket}/{location.Key}";

    private HttpRequestMessage Request(HttpMethod method, string bucket, string key, List<KeyValuePair<string, string>> query) =>
        S3Requests.Create(endpoint, time.GetUtcNow(), method, bucket, key, query);

    private static async Task<(List<S3Object> Objects, string? Next)> ReadListAsync(Stream body, S3Location location)
    {
        try
        {
            return await S3Xml.ReadListAsync(body);
        }
        catch (Exception malformed) when (malformed is XmlException or FormatException or OverflowException)
        {
            throw new TransferException(TransferFailure.Unavailable, Unavailable, $"{Name(location)}: the answer is no ListObjectsV2 result: {malformed.Message}", malformed);
        }
    }
}
