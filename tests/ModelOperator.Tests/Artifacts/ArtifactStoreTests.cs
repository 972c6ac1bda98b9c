using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ModelOperator.Artifacts;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts;

public sealed class ArtifactStoreTests(S3Server server) : IClassFixture<S3Server>
{
    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task A_blob_is_new_once_then_already_there_and_reads_back_whole_and_in_ranges(string backing)
    {
        await using var store = await StoreFixture.StartAsync(s3: server.On(backing));
        var body = StoreFixture.Bytes(1, 3_000_000);
        var digest = Sha256Digest.Of(body);
        Assert.Equal(HttpStatusCode.Created, (await store.PutAsync(digest, body)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await store.PutAsync(digest, body)).StatusCode);
        var read = store.Tokens.Issue(ArtifactScope.Read(digest));
        Assert.Equal(body, await (await store.SendAsync(HttpMethod.Get, digest, read)).Content.ReadAsByteArrayAsync());
        var head = await store.SendAsync(HttpMethod.Head, digest, read);
        Assert.Equal(body.Length, head.Content.Headers.ContentLength);
        Assert.Equal($"\"{digest}\"", head.Headers.ETag?.Tag);
        var part = await store.SendAsync(HttpMethod.Get, digest, read, range: new RangeHeaderValue(1000, 1999));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(body[1000..2000], await part.Content.ReadAsByteArrayAsync());
        Assert.Empty(store.TemporaryFiles());
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task A_body_with_another_digest_is_refused_naming_both_and_leaves_nothing(string backing)
    {
        await using var store = await StoreFixture.StartAsync(s3: server.On(backing));
        var claimed = Sha256Digest.Of("other"u8);
        var answer = await store.PutAsync(claimed, "body"u8.ToArray());
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains(claimed.ToString(), text, StringComparison.Ordinal);
        Assert.Contains(Sha256Digest.Of("body"u8).ToString(), text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await store.SendAsync(HttpMethod.Head, claimed, store.WriteToken)).StatusCode);
        Assert.Empty(store.TemporaryFiles());
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Uploads_of_one_digest_at_once_all_succeed_and_keep_one_blob(string backing)
    {
        await using var store = await StoreFixture.StartAsync(s3: server.On(backing));
        var body = StoreFixture.Bytes(2, 2_000_000);
        var digest = Sha256Digest.Of(body);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => store.PutAsync(digest, body)));
        Assert.All(answers, static answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK));
        var metrics = await store.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("\nmodelop_store_blobs 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nmodelop_store_bytes 2000000\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nmodelop_store_uploads_in_progress 0\n", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Too_large_bodies_are_refused_by_length_and_while_streaming(string backing)
    {
        await using var store = await StoreFixture.StartAsync(static options => options with { MaxUploadBytes = 1000 }, s3: server.On(backing));
        var body = StoreFixture.Bytes(3, 1001);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await store.PutAsync(Sha256Digest.Of(body), body)).StatusCode);
        using var chunked = new HttpRequestMessage(HttpMethod.Put, $"/v1/blobs/sha256/{Sha256Digest.Of(body).Hex}") { Content = new StreamContent(new NoLength(body)) };
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Headers.Authorization = new AuthenticationHeaderValue("Bearer", store.WriteToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await store.Http.SendAsync(chunked)).StatusCode);
        Assert.Empty(store.TemporaryFiles());
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task A_volume_without_room_answers_507_and_shows_nothing(string backing)
    {
        await using var store = await StoreFixture.StartAsync(static options => options with { MinFreeBytes = long.MaxValue / 2 }, s3: server.On(backing));
        var body = "body"u8.ToArray();
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await store.PutAsync(Sha256Digest.Of(body), body)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await store.SendAsync(HttpMethod.Head, Sha256Digest.Of(body), store.WriteToken)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Tokens_do_only_what_their_scope_says(string backing)
    {
        await using var store = await StoreFixture.StartAsync(s3: server.On(backing));
        var file = await store.StoreAsync("file"u8.ToArray());
        var stranger = await store.StoreAsync("stranger"u8.ToArray());
        var manifest = ArtifactManifest.Create([new ManifestEntry(file, 4, "f")]);
        await store.StoreAsync(manifest.Bytes.ToArray());
        var read = store.Tokens.Issue(ArtifactScope.Read(manifest.Digest));
        var admin = store.Tokens.Issue(ArtifactScope.Admin);
        (HttpMethod Method, Sha256Digest Digest, string? Token, HttpStatusCode Expected)[] table =
        [
            (HttpMethod.Get, manifest.Digest, read, HttpStatusCode.OK),
            (HttpMethod.Get, file, read, HttpStatusCode.OK),
            (HttpMethod.Get, stranger, read, HttpStatusCode.Forbidden),
            (HttpMethod.Put, file, read, HttpStatusCode.Forbidden),
            (HttpMethod.Get, file, store.WriteToken, HttpStatusCode.Forbidden),
            (HttpMethod.Head, file, store.WriteToken, HttpStatusCode.OK),
            (HttpMethod.Get, stranger, admin, HttpStatusCode.OK),
            (HttpMethod.Get, file, null, HttpStatusCode.Unauthorized),
            (HttpMethod.Get, file, "kubernetes-token", HttpStatusCode.Unauthorized),
            (HttpMethod.Get, file, new ArtifactTokens(StoreFixture.Bytes(9, 32)).Issue(ArtifactScope.Admin), HttpStatusCode.Unauthorized),
            (HttpMethod.Get, file, store.Tokens.Issue(ArtifactScope.Admin, DateTimeOffset.UnixEpoch.AddDays(1)), HttpStatusCode.Unauthorized),
        ];
        foreach (var (method, digest, token, expected) in table)
            Assert.Equal(expected, (await store.SendAsync(method, digest, token, method == HttpMethod.Put ? "file"u8.ToArray() : null)).StatusCode);
    }

    [Fact]
    public async Task A_renewed_key_holds_at_once_and_a_missing_one_answers_503()
    {
        await using var store = await StoreFixture.StartAsync();
        var digest = await store.StoreAsync("x"u8.ToArray());
        var renewed = StoreFixture.Bytes(5, 32);
        await File.WriteAllBytesAsync(store.KeyFile, renewed);
        Assert.Equal(HttpStatusCode.Unauthorized, (await store.SendAsync(HttpMethod.Head, digest, store.WriteToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await store.SendAsync(HttpMethod.Head, digest, new ArtifactTokens(renewed).Issue(ArtifactScope.Admin))).StatusCode);
        File.Delete(store.KeyFile);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await store.SendAsync(HttpMethod.Head, digest, store.WriteToken)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task An_artifact_is_described_with_its_files_and_a_plain_blob_is_none(string backing)
    {
        await using var store = await StoreFixture.StartAsync(s3: server.On(backing));
        var file = await store.StoreAsync("file"u8.ToArray());
        var manifest = ArtifactManifest.Create([new ManifestEntry(file, 4, "dir/f")]);
        await store.StoreAsync(manifest.Bytes.ToArray());
        store.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", store.Tokens.Issue(ArtifactScope.Admin));
        var json = await store.Http.GetStringAsync(new Uri($"/v1/artifacts/sha256/{manifest.Digest.Hex}", UriKind.Relative));
        Assert.Equal(
            $$"""{"digest":"{{manifest.Digest}}","uri":"{{manifest.Digest.Uri}}","sizeBytes":4,"files":[{"path":"dir/f","digest":"{{file}}","sizeBytes":4}]}""", json);
        var blob = await store.Http.GetAsync(new Uri($"/v1/artifacts/sha256/{file.Hex}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, blob.StatusCode);
        Assert.Contains("NotAnArtifact", await blob.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Orphans_are_swept_at_start_and_blobs_are_counted_again(string backing)
    {
        await using var first = await StoreFixture.StartAsync(s3: server.On(backing));
        await first.StoreAsync("kept"u8.ToArray());
        await File.WriteAllTextAsync(Path.Combine(first.Root, "tmp", "orphan.part"), "half");
        await first.StopAsync();
        await using var second = await StoreFixture.StartAsync(folder: first.Folder, s3: server.On(backing));
        Assert.Empty(second.TemporaryFiles());
        var metrics = await second.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("\nmodelop_store_blobs 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nmodelop_store_orphans_swept_total 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_store_on_the_same_volume_is_refused_and_the_first_keeps_working()
    {
        await using var first = await StoreFixture.StartAsync();
        await Assert.ThrowsAsync<VolumeHeldException>(() => StoreFixture.StartAsync(folder: first.Folder));
        await first.StoreAsync("still works"u8.ToArray());
    }

    [Fact]
    public async Task Readiness_says_when_the_volume_is_gone()
    {
        await using var store = await StoreFixture.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await store.Http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await store.Http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        Directory.Delete(Path.Combine(store.Root, "tmp"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await store.Http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData("/v1/blobs/sha256/..%2f..%2fetc%2fpasswd")]
    [InlineData("/v1/blobs/sha256/ABC")]
    [InlineData("/v1/blobs/sha256/E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    public async Task A_name_that_is_no_digest_is_refused_before_anything_is_looked_up(string path)
    {
        await using var store = await StoreFixture.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await store.Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task An_upload_that_breaks_off_leaves_nothing_and_the_next_one_succeeds(string backing)
    {
        await using var store = await StoreFixture.StartAsync(s3: server.On(backing));
        var body = StoreFixture.Bytes(7, 500_000);
        var digest = Sha256Digest.Of(body);
        using (var tcp = new System.Net.Sockets.TcpClient())
        {
            await tcp.ConnectAsync(store.Url.Host, store.Url.Port);
            await using var stream = tcp.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"PUT /v1/blobs/sha256/{digest.Hex} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {store.WriteToken}\r\nContent-Length: {body.Length}\r\n\r\n"));
            await stream.WriteAsync(body.AsMemory(0, 200_000));
            await Eventually.TrueAsync(() => MetricsSayAsync(store, "modelop_store_uploads_in_progress 1"));
        }
        await Eventually.TrueAsync(() => MetricsSayAsync(store, "result=\"Incomplete\"} 1"));
        Assert.Empty(store.TemporaryFiles());
        Assert.Equal(HttpStatusCode.NotFound, (await store.SendAsync(HttpMethod.Head, digest, store.WriteToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await store.PutAsync(digest, body)).StatusCode);
    }

    private static async Task<bool> MetricsSayAsync(StoreFixture store, string line) =>
        (await store.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains(line, StringComparison.Ordinal);

    private sealed class NoLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
