using System.Globalization;
using System.Net.Http.Headers;
using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts.Uploads;

/// <summary>Requests of a resumable upload, as they are sent.</summary>
internal static class UploadRequests
{
    public static Task<HttpResponseMessage> BeginAsync(this StoreFixture store, Sha256Digest digest, long length, string token) => BeginAsync(store.Http, digest, length, token);

    public static Task<HttpResponseMessage> BeginAsync(HttpClient http, Sha256Digest digest, long length, string token) =>
        SendAsync(http, HttpMethod.Post, digest, token, (UploadEndpoints.LengthHeader, length));

    public static Task<HttpResponseMessage> AppendAsync(this StoreFixture store, Sha256Digest digest, long offset, byte[] bytes, string token) =>
        SendAsync(store.Http, HttpMethod.Patch, digest, token, (UploadEndpoints.OffsetHeader, offset), new ByteArrayContent(bytes));

    public static Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpMethod method, Sha256Digest digest, string token, (string Name, long Value)? header = null, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, UploadEndpoints.PathOf(digest)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (header is { } one)
            request.Headers.Add(one.Name, one.Value.ToString(CultureInfo.InvariantCulture));
        if (content is not null)
            content.Headers.ContentType = new MediaTypeHeaderValue(UploadEndpoints.MediaType);
        return http.SendAsync(request);
    }

    public static long OffsetOf(HttpResponseMessage answer) => long.Parse(answer.Headers.GetValues(UploadEndpoints.OffsetHeader).Single(), CultureInfo.InvariantCulture);
}
