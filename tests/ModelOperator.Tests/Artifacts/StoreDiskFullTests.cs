using System.Net;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;

namespace ModelOperator.Tests.Artifacts;

public sealed class StoreDiskFullTests
{
    // The announced size is a lie of chunked encoding, so that the kernel says no in the middle, or the store where something is kept in reserve.
    [Theory]
    [InlineData(0, 3_000_000, 1_500_000)]
    [InlineData(1 << 20, 1_500_000, 500_000)]
    public async Task A_volume_that_fills_up_while_bytes_arrive_answers_507_and_works_on(int reserve, int tooMuch, int fits)
    {
        using var folder = new TempFolder();
        var key = StoreFixture.Bytes(1, 32);
        var keyFile = folder.Write("key", key);
        var root = Path.Combine(folder.Path, "store");
        Directory.CreateDirectory(root);
        var port = FreePort.Next();
        // A real volume of 2 MiB.
        using var store = await StoreProcess.StartAsync(
            root, keyFile, port, "exec unshare -rm sh -c 'mount -t tmpfs -o size=2m tmpfs \"$MODELOP_STORE_ROOT\" && exec dotnet \"$1\" store' sh \"$1\"", ("MODELOP_STORE_MIN_FREE_BYTES", $"{reserve}"));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Authorization = new("Bearer", new ArtifactTokens(key).Issue(ArtifactScope.Admin));
        Assert.Equal(HttpStatusCode.InsufficientStorage, await PutAsync(http, StoreFixture.Bytes(1, tooMuch)));
        Assert.Equal(HttpStatusCode.Created, await PutAsync(http, StoreFixture.Bytes(2, fits)));
        Assert.Equal(HttpStatusCode.InsufficientStorage, await PutAsync(http, StoreFixture.Bytes(3, 1_500_000)));
        Assert.Contains("\nmodelop_store_blobs 1\n", await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> PutAsync(HttpClient http, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/blobs/sha256/{Sha256Digest.Of(body).Hex}") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = true;
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }
}
