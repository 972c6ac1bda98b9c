using System.Net;
using ModelOperator.Artifacts;
using ModelOperator.Tests.Artifacts.Uploads;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts;

public sealed class StoreCrashTests(S3Server server) : IClassFixture<S3Server>
{
    private const int Kills = 20;
    private const int BlobBytes = 8 * 1024 * 1024;

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Twenty_kills_in_the_middle_of_uploads_lose_nothing_acknowledged_and_show_nothing_partial(string backing)
    {
        using var world = new StoreCrashWorld(server.On(backing));
        world.Bearer = world.Tokens.Issue(ArtifactScope.Admin);
        var acknowledged = new List<Sha256Digest>();
        var interrupted = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var store = await world.StartAsync();
            foreach (var digest in acknowledged)
                await AssertWholeAsync(world.Http, digest);
            var body = StoreFixture.Bytes(100 + kill, BlobBytes);
            var target = Sha256Digest.Of(body);
            // The cut moves through the whole upload: first bytes, middle, last bytes, and the moment after all were sent.
            var cut = (int)((long)BlobBytes * kill / (Kills - 1));
            if (await UploadUntilCutAsync(world.Http, target, body, cut, store))
                acknowledged.Add(target);
            else
                interrupted++;
            await world.Stored.AssertNothingPartialAsync();
        }
        using var last = await world.StartAsync();
        Assert.Empty(Directory.GetFiles(Path.Combine(world.Root, "tmp")));
        for (var kill = 0; kill < Kills; kill++)
        {
            var body = StoreFixture.Bytes(100 + kill, BlobBytes);
            using var answer = await world.Http.PutAsync(BlobUri(Sha256Digest.Of(body)), new ByteArrayContent(body));
            Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK);
            await AssertWholeAsync(world.Http, Sha256Digest.Of(body));
        }
        Assert.True(interrupted >= Kills / 2, $"only {interrupted} of {Kills} uploads were interrupted: the test did not test what it says");
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task A_publisher_outlives_kills_of_the_store_and_the_digest_still_matches(string backing)
    {
        using var world = new StoreCrashWorld(server.On(backing));
        var output = Path.Combine(world.Folder.Path, "output");
        for (var file = 0; file < 6; file++)
            world.Folder.Write($"output/model/part-{file}.bin", StoreFixture.Bytes(file, 12 * 1024 * 1024));
        world.Folder.Write("output/result.json", """{"schema":1,"model":{"path":"model"},"metrics":{"rmse":1.5}}"""u8.ToArray());
        using var run = new TransferRun(world.Folder, "publish", new()
        {
            ["MODELOP_OUTPUT_DIR"] = output,
            ["MODELOP_STORE_URL"] = world.Url.ToString(),
            ["MODELOP_STORE_TOKEN"] = world.Tokens.Issue(ArtifactScope.Write("team", "uid")),
            ["MODELOP_RETRY_SECONDS"] = "600",
        });
        var publishing = run.PublishAsync();
        for (var kill = 0; kill < 4 && !publishing.IsCompleted; kill++)
        {
            using var store = await world.StartAsync();
            await Task.WhenAny(publishing, Task.Delay(100 + (kill * 60)));
            await store.KillAsync();
        }
        using var last = await world.StartAsync();
        Assert.Equal(ExitCodes.Done, await publishing);
        var report = TerminationMessage.TryReadPublish(run.Message());
        var expected = await FolderManifest.ReadAsync(Path.Combine(output, "model"), CancellationToken.None);
        Assert.Equal(expected.Digest.ToString(), report?.Model.Digest);
        await world.Stored.AssertNothingPartialAsync();
        foreach (var entry in expected.Entries)
            Assert.True(await world.Stored.HasAsync(entry.Digest));
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task A_resumable_upload_goes_on_after_every_kill_from_no_less_than_was_acknowledged(string backing)
    {
        using var world = new StoreCrashWorld(server.On(backing));
        var (http, token) = (world.Http, world.Bearer = world.Tokens.Issue(ArtifactScope.Write("team", "uid")));
        var body = StoreFixture.Bytes(77, 5 * BlobBytes);
        var digest = Sha256Digest.Of(body);
        long acknowledged = 0;
        // One part is acknowledged, the next is cut: at its beginning, in the middle, at its end, and after all of it was sent.
        foreach (var cut in new[] { 0, BlobBytes / 2, BlobBytes - 1, BlobBytes })
        {
            using var store = await world.StartAsync();
            var offset = UploadRequests.OffsetOf(await UploadRequests.BeginAsync(http, digest, body.Length, token));
            Assert.InRange(offset, acknowledged, body.Length);
            Assert.False((await http.GetAsync(BlobUri(digest), HttpCompletionOption.ResponseHeadersRead)).IsSuccessStatusCode);
            var part = body[(int)offset..(int)Math.Min(offset + (BlobBytes / 2), body.Length - 1)];
            using var answer = await UploadRequests.SendAsync(http, HttpMethod.Patch, digest, token, (UploadEndpoints.OffsetHeader, offset), new ByteArrayContent(part));
            acknowledged = UploadRequests.OffsetOf(answer);
            Assert.Equal(offset + part.Length, acknowledged);
            var next = body[(int)acknowledged..(int)Math.Min(acknowledged + BlobBytes, body.Length - 1)];
            using var content = new StreamContent(new CutStream(next, Math.Min(cut, next.Length), store.KillAsync));
            content.Headers.ContentLength = next.Length;
            try
            {
                using var cutOff = await UploadRequests.SendAsync(http, HttpMethod.Patch, digest, token, (UploadEndpoints.OffsetHeader, acknowledged), content);
                acknowledged = UploadRequests.OffsetOf(cutOff);
            }
            catch (HttpRequestException)
            {
                // Killed before it answered.
            }

            await world.Stored.AssertNothingPartialAsync();
        }

        using var last = await world.StartAsync();
        var from = UploadRequests.OffsetOf(await UploadRequests.BeginAsync(http, digest, body.Length, token));
        Assert.InRange(from, Math.Max(acknowledged, 1), body.Length - 1);
        using var end = await UploadRequests.SendAsync(http, HttpMethod.Patch, digest, token, (UploadEndpoints.OffsetHeader, from), new ByteArrayContent(body[(int)from..]));
        Assert.Equal(HttpStatusCode.NoContent, end.StatusCode);
        world.Bearer = world.Tokens.Issue(ArtifactScope.Admin);
        await AssertWholeAsync(http, digest);
    }

    [Theory]
    [MemberData(nameof(S3Server.Backings), MemberType = typeof(S3Server))]
    public async Task Kills_in_the_middle_of_a_collection_leave_every_artifact_whole_and_the_next_one_ends_it(string backing)
    {
        using var world = new StoreCrashWorld(server.On(backing));
        var stored = world.Stored;
        var named = await WriteArtifactsAsync(stored, "named", 20);
        await WriteArtifactsAsync(stored, "garbage", backing == "s3" ? 60 : 400);
        using var http = TransferHttp.ForStore();
        var client = new ArtifactStoreClient(http, new StoreEndpoint(world.Url, world.Tokens.Issue(ArtifactScope.Admin)), TimeProvider.System);
        for (var kill = 0; kill < 3; kill++)
        {
            using var store = await world.StartAsync(("MODELOP_STORE_COLLECTION", "Delete"));
            var before = await stored.CountAsync();
            var collecting = client.EndCollectionAsync((await client.BeginCollectionAsync(CancellationToken.None)).Id, named, CancellationToken.None);
            // As soon as some are gone; the last time it may have come to its end.
            await Eventually.TrueAsync(async () => collecting.IsCompleted || await stored.CountAsync() < before - (20 * kill));
            await store.KillAsync();
            await Task.WhenAny(collecting);
            await AssertArtifactsAreWholeAsync(stored, named);
        }

        using var last = await world.StartAsync(("MODELOP_STORE_COLLECTION", "Delete"));
        await client.EndCollectionAsync((await client.BeginCollectionAsync(CancellationToken.None)).Id, named, CancellationToken.None);
        await AssertArtifactsAreWholeAsync(stored, named);
        Assert.Equal(20 * 3, await stored.CountAsync());
    }

    /// <summary>Artifacts of two files each that nobody has used for long, as a store would have left them.</summary>
    private static async Task<List<Sha256Digest>> WriteArtifactsAsync(StoredBlobs stored, string what, int count)
    {
        List<Sha256Digest> manifests = [];
        for (var i = 0; i < count; i++)
        {
            var files = new[] { $"{what} {i} a", $"{what} {i} b" }.Select(System.Text.Encoding.UTF8.GetBytes).ToArray();
            var manifest = ArtifactManifest.Create(files.Select(static (bytes, at) => new ManifestEntry(Sha256Digest.Of(bytes), bytes.Length, $"f{at}")));
            foreach (var bytes in files.Append(manifest.Bytes.ToArray()))
                await stored.PutOldAsync(bytes);
            manifests.Add(manifest.Digest);
        }

        return manifests;
    }

    private static async Task AssertArtifactsAreWholeAsync(StoredBlobs stored, List<Sha256Digest> named)
    {
        var blobs = (await stored.ReadAllAsync()).ToDictionary(static blob => blob.Name, static blob => blob.Bytes);
        Assert.All(named, digest => Assert.True(blobs.ContainsKey(digest.Hex)));
        foreach (var bytes in blobs.Values)
        {
            if (ArtifactManifest.TryParse(bytes, out var manifest, out _))
                Assert.All(manifest.Entries, entry => Assert.True(blobs.ContainsKey(entry.Digest.Hex)));
        }
    }

    private static async Task<bool> UploadUntilCutAsync(HttpClient http, Sha256Digest digest, byte[] body, int cut, StoreProcess store)
    {
        using var content = new StreamContent(new CutStream(body, cut, store.KillAsync));
        content.Headers.ContentLength = body.Length;
        try
        {
            using var answer = await http.PutAsync(BlobUri(digest), content);
            return answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task AssertWholeAsync(HttpClient http, Sha256Digest digest) =>
        Assert.Equal(digest, Sha256Digest.Of(await http.GetByteArrayAsync(BlobUri(digest))));

    private static Uri BlobUri(Sha256Digest digest) => new($"/v1/blobs/sha256/{digest.Hex}", UriKind.Relative);

    /// <summary>Gives its bytes in pieces and kills the store once so many were sent; the rest is sent into the void.</summary>
    private sealed class CutStream(byte[] body, int cut, Func<Task> kill) : Stream
    {
        private int _position;
        private bool _killed;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => body.Length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_position >= cut && !_killed && (cut < body.Length || _position == body.Length))
            {
                _killed = true;
                await kill();
            }
            var count = Math.Min(Math.Min(buffer.Length, 65536), (_killed ? body.Length : Math.Max(cut, 1)) - _position);
            count = Math.Max(0, Math.Min(count, body.Length - _position));
            body.AsSpan(_position, count).CopyTo(buffer.Span);
            _position += count;
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
