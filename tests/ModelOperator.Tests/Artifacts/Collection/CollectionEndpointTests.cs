using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ModelOperator.Artifacts;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts.Collection;

public sealed class CollectionEndpointTests(S3Server server) : IClassFixture<S3Server>
{
    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Garbage_is_reported_by_default_and_deleted_where_that_was_asked_for(string backing)
    {
        await using var store = await StoreFixture.StartAsync(s3: server.On(backing));
        var (kept, garbage, young) = await FillAsync(store);
        var report = await CollectAsync(store, [kept]);
        Assert.Equal((CollectionMode.Report, 3, 1, 1, 1, 0), (report.Mode, report.Blobs, report.NamedBlobs, report.UsedBlobs, report.GarbageBlobs, report.DeletedBlobs));
        Assert.Equal((garbage.ToString(), 7L, false), (report.Garbage[0].Digest, report.Garbage[0].SizeBytes, report.Garbage[0].Deleted));
        Assert.True(await store.HasAsync(garbage));
        await store.StopAsync();

        await using var second = await StoreFixture.StartAsync(static options => options with { Collection = CollectionMode.Delete }, folder: store.Folder, s3: server.On(backing));
        report = await CollectAsync(second, [kept]);
        Assert.Equal((1, 7L), (report.DeletedBlobs, report.DeletedBytes));
        Assert.False(await second.HasAsync(garbage));
        foreach (var digest in new[] { kept, young })
            Assert.True(await second.HasAsync(digest));
        var metrics = await second.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        foreach (var line in new[] { "modelop_store_blobs 2", "modelop_store_collected_blobs_total 1", "modelop_store_collected_bytes_total 7", "modelop_store_garbage_blobs 1" })
            Assert.Contains($"\n{line}\n", metrics, StringComparison.Ordinal);
        var last = await SendAsync(second, HttpMethod.Get, CollectionEndpoints.Route, null);
        Assert.Equal(report.Id, JsonSerializer.Deserialize(await last.Content.ReadAsStringAsync(), ArtifactsJson.Default.CollectionReport)!.Id);
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Nothing_is_collected_with_half_a_list_with_none_for_another_collection_or_twice(string backing)
    {
        await using var store = await StoreFixture.StartAsync(static options => options with { Collection = CollectionMode.Delete }, s3: server.On(backing));
        var (kept, garbage, _) = await FillAsync(store);
        var whole = $"{kept.Hex}\nend 1\n";
        var old = await BeginAsync(store);
        var open = await BeginAsync(store);
        foreach (var (id, text, expected) in new[]
        {
            (open, $"{kept.Hex}\n", HttpStatusCode.BadRequest),
            (open, "", HttpStatusCode.BadRequest),
            (open, $"{kept.Hex}\nend 2\n", HttpStatusCode.BadRequest),
            (old, whole, HttpStatusCode.Conflict),
            ("unknown", whole, HttpStatusCode.Conflict),
            (open, "end 0\n", HttpStatusCode.OK),
            (open, whole, HttpStatusCode.Conflict),
        })
        {
            Assert.Equal(expected, (await SendAsync(store, HttpMethod.Put, $"{CollectionEndpoints.Route}/{id}", text)).StatusCode);
            Assert.True(await store.HasAsync(garbage));
        }
    }

    [Fact]
    public async Task Only_the_operator_may_say_what_is_named()
    {
        await using var store = await StoreFixture.StartAsync();
        foreach (var token in new[] { store.WriteToken, store.Tokens.Issue(ArtifactScope.Read(Sha256Digest.Of("x"u8))), "people" })
        {
            foreach (var (method, path) in new[] { (HttpMethod.Post, CollectionEndpoints.Route), (HttpMethod.Put, CollectionEndpoints.Route + "/x"), (HttpMethod.Get, CollectionEndpoints.Route) })
            {
                using var request = new HttpRequestMessage(method, path);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                Assert.True((await store.Http.SendAsync(request)).StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized);
            }
        }
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task What_is_asked_for_read_or_put_again_has_its_grace_anew(string backing)
    {
        await using var store = await StoreFixture.StartAsync(static options => options with { Collection = CollectionMode.Delete }, s3: server.On(backing));
        var (kept, _, _) = await FillAsync(store);
        var uses = new Func<Sha256Digest, byte[], Task<HttpResponseMessage>>[]
        {
            (digest, _) => store.SendAsync(HttpMethod.Head, digest, store.WriteToken),
            (digest, _) => store.SendAsync(HttpMethod.Get, digest, store.Tokens.Issue(ArtifactScope.Admin)),
            (digest, body) => store.PutAsync(digest, body),
        };
        foreach (var use in uses)
        {
            var body = "used again"u8.ToArray();
            var digest = await store.StoreAsync(body);
            await store.AgeAsync(digest);
            Assert.Equal(HttpStatusCode.OK, (await use(digest, body)).StatusCode);
            await CollectAsync(store, [kept]);
            Assert.True(await store.HasAsync(digest));
        }
    }

    internal static string PathOf(StoreFixture store, Sha256Digest digest) => Path.Combine(store.Root, "blobs", "sha256", digest.Hex[..2], digest.Hex);

    private static async Task<(Sha256Digest Kept, Sha256Digest Garbage, Sha256Digest Young)> FillAsync(StoreFixture store)
    {
        var (kept, garbage, young) = (await store.StoreAsync("kept"u8.ToArray()), await store.StoreAsync("garbage"u8.ToArray()), await store.StoreAsync("young"u8.ToArray()));
        await store.AgeAsync(kept, garbage);
        return (kept, garbage, young);
    }

    private static async Task<string> BeginAsync(StoreFixture store)
    {
        using var answer = await SendAsync(store, HttpMethod.Post, CollectionEndpoints.Route, null);
        return JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(), ArtifactsJson.Default.OpenCollection)!.Id;
    }

    internal static async Task<CollectionReport> CollectAsync(StoreFixture store, IReadOnlyCollection<Sha256Digest> named)
    {
        using var http = TransferHttp.ForStore();
        var client = new ArtifactStoreClient(http, new StoreEndpoint(store.Url, store.Tokens.Issue(ArtifactScope.Admin)), TimeProvider.System);
        return await client.EndCollectionAsync((await client.BeginCollectionAsync(CancellationToken.None)).Id, named, CancellationToken.None);
    }

    private static Task<HttpResponseMessage> SendAsync(StoreFixture store, HttpMethod method, string path, string? body)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", store.Tokens.Issue(ArtifactScope.Admin));
        return store.Http.SendAsync(request);
    }
}
