using System.Net;
using System.Text;
using System.Text.Json;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts.Uploads;

public sealed class ResumableUploadTests(S3Server server) : IClassFixture<S3Server>
{
    private static readonly byte[] Body = StoreFixture.Bytes(11, 3_000_000);
    private static readonly Sha256Digest Digest = Sha256Digest.Of(Body);

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task A_blob_comes_in_parts_over_restarts_and_is_visible_when_it_is_whole(string backing)
    {
        await using var store = await StoreFixture.StartAsync(s3: server.On(backing));
        var begun = await store.BeginAsync(Digest, Body.Length, store.WriteToken);
        Assert.Equal((HttpStatusCode.Created, 0L, UploadEndpoints.PathOf(Digest)), (begun.StatusCode, UploadRequests.OffsetOf(begun), begun.Headers.Location!.ToString()));
        Assert.Equal(1_000_000, UploadRequests.OffsetOf(await store.AppendAsync(Digest, 0, Body[..1_000_000], store.WriteToken)));
        // Asked for again, it is the same one.
        Assert.Equal(1_000_000, UploadRequests.OffsetOf(await store.BeginAsync(Digest, Body.Length, store.WriteToken)));
        Assert.Equal(HttpStatusCode.NotFound, (await store.SendAsync(HttpMethod.Head, Digest, store.WriteToken)).StatusCode);
        await store.StopAsync();

        await using var second = await StoreFixture.StartAsync(folder: store.Folder, s3: server.On(backing));
        var head = await UploadRequests.SendAsync(second.Http, HttpMethod.Head, Digest, second.WriteToken);
        Assert.Equal((HttpStatusCode.OK, 1_000_000L), (head.StatusCode, UploadRequests.OffsetOf(head)));
        var last = await second.AppendAsync(Digest, 1_000_000, Body[1_000_000..], second.WriteToken);
        Assert.Equal((HttpStatusCode.NoContent, (long)Body.Length), (last.StatusCode, UploadRequests.OffsetOf(last)));
        Assert.Equal(Body, await (await second.SendAsync(HttpMethod.Get, Digest, second.Tokens.Issue(ArtifactScope.Admin))).Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await UploadRequests.SendAsync(second.Http, HttpMethod.Head, Digest, second.WriteToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.BeginAsync(Digest, Body.Length, second.WriteToken)).StatusCode);
        Assert.Empty(Directory.GetFiles(Path.Combine(second.Root, "uploads")));
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Requests_that_do_not_fit_are_refused_and_change_nothing(string backing)
    {
        await using var store = await StoreFixture.StartAsync(static options => options with { MaxUploadBytes = 4_000_000 }, s3: server.On(backing));
        var token = store.WriteToken;
        var stranger = store.Tokens.Issue(ArtifactScope.Write("team", "another-run"));
        Assert.Equal(HttpStatusCode.NotFound, (await store.AppendAsync(Digest, 0, Body, token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await store.BeginAsync(Digest, 0, token)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await store.BeginAsync(Digest, 4_000_001, token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await store.BeginAsync(Digest, 1, store.Tokens.Issue(ArtifactScope.Read(Digest)))).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await store.BeginAsync(Digest, Body.Length, token)).StatusCode);
        await store.AppendAsync(Digest, 0, Body[..1000], token);
        foreach (var (offset, count) in new[] { (0, 10), (1001, 10), (1000, Body.Length - 999) })
        {
            var refused = await store.AppendAsync(Digest, offset, Body[..count], token);
            Assert.Equal((HttpStatusCode.Conflict, 1000L), (refused.StatusCode, UploadRequests.OffsetOf(refused)));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await store.AppendAsync(Digest, 1000, Body[1000..], stranger)).StatusCode);
        using var wrongType = new ByteArrayContent(Body[1000..]);
        using var request = new HttpRequestMessage(HttpMethod.Patch, UploadEndpoints.PathOf(Digest)) { Content = wrongType };
        request.Headers.Authorization = new("Bearer", token);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await store.Http.SendAsync(request)).StatusCode);
        Assert.Equal(1000, UploadRequests.OffsetOf(await UploadRequests.SendAsync(store.Http, HttpMethod.Head, Digest, token)));
        Assert.Equal(HttpStatusCode.NoContent, (await UploadRequests.SendAsync(store.Http, HttpMethod.Delete, Digest, token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await UploadRequests.SendAsync(store.Http, HttpMethod.Head, Digest, token)).StatusCode);
        Assert.Empty(Directory.GetFiles(Path.Combine(store.Root, "uploads")));
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Bytes_with_another_hash_are_refused_at_the_end_and_nothing_is_kept(string backing)
    {
        await using var store = await StoreFixture.StartAsync(s3: server.On(backing));
        await store.BeginAsync(Digest, Body.Length, store.WriteToken);
        await store.AppendAsync(Digest, 0, Body[..500], store.WriteToken);
        var other = (byte[])Body.Clone();
        other[700] ^= 1;
        var answer = await store.AppendAsync(Digest, 500, other[500..], store.WriteToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(Sha256Digest.Of(other).ToString(), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await store.SendAsync(HttpMethod.Head, Digest, store.WriteToken)).StatusCode);
        Assert.Equal(0, UploadRequests.OffsetOf(await store.BeginAsync(Digest, Body.Length, store.WriteToken)));
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task A_second_writer_is_refused_while_the_first_writes_and_what_a_broken_one_sent_stays(string backing)
    {
        await using var store = await StoreFixture.StartAsync(s3: server.On(backing));
        await store.BeginAsync(Digest, Body.Length, store.WriteToken);
        using (var tcp = new System.Net.Sockets.TcpClient())
        {
            await tcp.ConnectAsync(store.Url.Host, store.Url.Port);
            await using var stream = tcp.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"PATCH {UploadEndpoints.PathOf(Digest)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {store.WriteToken}\r\nContent-Type: {UploadEndpoints.MediaType}\r\n{UploadEndpoints.OffsetHeader}: 0\r\nContent-Length: {Body.Length}\r\n\r\n"));
            await stream.WriteAsync(Body.AsMemory(0, 400_000));
            // Bytes on the volume: this request is the one that writes.
            await Eventually.TrueAsync(() => Directory.GetFiles(Path.Combine(store.Root, "uploads"), "*.part").Any(static file => new FileInfo(file).Length > 0));
            Assert.Equal(HttpStatusCode.Locked, (await store.AppendAsync(Digest, 0, Body[..10], store.WriteToken)).StatusCode);
        }

        await Eventually.TrueAsync(async () => (await store.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains("modelop_store_uploads_in_progress 0", StringComparison.Ordinal));
        var offset = UploadRequests.OffsetOf(await UploadRequests.SendAsync(store.Http, HttpMethod.Head, Digest, store.WriteToken));
        Assert.InRange(offset, 1, 400_000);
        Assert.Equal(HttpStatusCode.NoContent, (await store.AppendAsync(Digest, offset, Body[(int)offset..], store.WriteToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await store.SendAsync(HttpMethod.Head, Digest, store.WriteToken)).StatusCode);
    }

    [Fact]
    public async Task Uploads_that_nothing_comes_for_expire_and_half_made_ones_are_removed_at_start()
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider();
        var options = new ArtifactStoreOptions(folder.Path, "", "") { UploadExpiry = TimeSpan.FromHours(24), Quotas = NamespaceQuotas.Parse("team=1000") };
        using var blobs = await BlobStore.OpenAsync(folder.Path, 0, new StoreCounters(), time, options.Quotas);
        var (one, two) = (new AdmittedRequest(Digest, "a", "team"), new AdmittedRequest(Sha256Digest.Of("two"u8), "a", "team"));
        using (var uploads = new ResumableUploads(blobs, options, time))
        {
            Assert.Equal(UploadOutcome.Open, uploads.Begin(one, 900).Outcome);
            time.Advance(TimeSpan.FromHours(23));
            Assert.Equal(BlobPutOutcome.QuotaExceeded, uploads.Begin(two, 900).Result?.Outcome);
            time.Advance(TimeSpan.FromHours(2));
            Assert.Equal(UploadOutcome.Open, uploads.Begin(two, 900).Outcome);
            Assert.Null(uploads.StateOf(one));
        }

        var uploadsFolder = Path.Combine(folder.Path, "uploads");
        blobs.Usage.Reserve("team", -900);
        await File.WriteAllTextAsync(Path.Combine(uploadsFolder, "orphan.part"), "x");
        await File.WriteAllTextAsync(Path.Combine(uploadsFolder, "broken.json"), "{");
        await File.WriteAllTextAsync(Path.Combine(uploadsFolder, "without.json"), """{"hex":"00","caller":"a","length":1,"offset":1,"lastUsed":"2026-01-15T12:00:00+00:00"}""");
        using var again = new ResumableUploads(blobs, options, time);
        Assert.NotNull(again.StateOf(two));
        Assert.Equal(2, Directory.GetFiles(uploadsFolder).Length);
        time.Advance(TimeSpan.FromHours(25));
        blobs.Usage.Reserve("team", -900);
        using var late = new ResumableUploads(blobs, options, time);
        Assert.Empty(Directory.GetFiles(uploadsFolder));
        Assert.Null(blobs.Usage.Refusal("team", 1000));
    }

    [Fact]
    public async Task One_namespace_cannot_take_every_place()
    {
        using var folder = new TempFolder();
        var options = new ArtifactStoreOptions(folder.Path, "", "");
        using var blobs = await BlobStore.OpenAsync(folder.Path, 0, new StoreCounters(), TimeProvider.System);
        for (var i = 0; i < ResumableUploads.MostOfOne; i++)
        {
            var state = new UploadState { Hex = Digest.Hex, Caller = $"write:team/run-{i}", Namespace = "team", Length = 1, Offset = 0, LastUsed = TimeProvider.System.GetUtcNow() };
            folder.Write($"uploads/{i}.json", JsonSerializer.SerializeToUtf8Bytes(state, ArtifactsJson.Default.UploadState));
            folder.Write($"uploads/{i}.part", []);
        }

        using var uploads = new ResumableUploads(blobs, options, TimeProvider.System);
        Assert.Equal(UploadOutcome.TooMany, uploads.Begin(new AdmittedRequest(Digest, "write:team/another", "team"), 1).Outcome);
        Assert.Equal(UploadOutcome.Open, uploads.Begin(new AdmittedRequest(Digest, "write:other/run", "other"), 1).Outcome);
        Assert.Equal(UploadOutcome.Open, uploads.Begin(new AdmittedRequest(Digest, "user ada", null), 1).Outcome);
    }
}
