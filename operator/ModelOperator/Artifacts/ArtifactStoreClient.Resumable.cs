using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace ModelOperator.Artifacts;

public sealed partial class ArtifactStoreClient
{
    /// <summary>Uploads a blob from where an earlier try, or an earlier process, came to; true when it is new.</summary>
    /// <param name="digest">Blob.</param>
    /// <param name="body">Its bytes; they can be sought in.</param>
    /// <param name="length">How many they are.</param>
    /// <param name="reached">Told the position that was come to.</param>
    /// <param name="cancellationToken">Ends the try; what was sent stays.</param>
    public async Task<bool> PutResumableAsync(Sha256Digest digest, Stream body, long length, Action<long> reached, CancellationToken cancellationToken)
    {
        var begin = Request(HttpMethod.Post, UploadEndpoints.PathOf(digest));
        begin.Headers.Add(UploadEndpoints.LengthHeader, length.ToString(CultureInfo.InvariantCulture));
        var (status, offset) = await ExchangeAsync(begin, static (response, _) => Task.FromResult((response.StatusCode, OffsetOf(response))), acceptNotFound: true, cancellationToken);
        if (status == HttpStatusCode.OK)
            return false;
        var position = offset ?? 0;
        if (status == HttpStatusCode.NotFound)
        {
            // A store of an earlier release.
            return await PutAsync(digest, body, length, sent => reached(position += sent), cancellationToken);
        }

        body.Position = position;
        reached(position);
        using var guard = new IdleGuard(TransferHttp.IdleTimeout, time, cancellationToken);
        return await TransferHttp.RunAsync(UnavailableReason, Name, async () =>
        {
            using var request = Request(HttpMethod.Patch, UploadEndpoints.PathOf(digest));
            request.Headers.ExpectContinue = true;
            request.Headers.Add(UploadEndpoints.OffsetHeader, position.ToString(CultureInfo.InvariantCulture));
            request.Content = new UploadContent(body, length - position, guard, sent => reached(position += sent));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(UploadEndpoints.MediaType);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
            await ThrowUnlessSuccessAsync(response, guard.Token);
            return OffsetOf(response) == length ? true : throw new TransferException(TransferFailure.Unavailable, UnavailableReason, $"{Name} has taken {OffsetOf(response)} of {length} bytes");
        }, cancellationToken);
    }

    private static long? OffsetOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(UploadEndpoints.OffsetHeader, out var values)
        && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;
}
