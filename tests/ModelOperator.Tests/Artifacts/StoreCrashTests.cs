using System.Net;
using System.Net.Http.Headers;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;

namespace ModelOperator.Tests.Artifacts;

public sealed class StoreCrashTests
{
    private const int Kills = 20;
    private const int BlobBytes = 8 * 1024 * 1024;

    [Fact]
    public async Task Twenty_kills_in_the_middle_of_uploads_lose_nothing_acknowledged_and_show_nothing_partial()
    {
        using var folder = new TempFolder();
        var keyFile = folder.Write("key", StoreFixture.Bytes(1, 32));
        var root = Path.Combine(folder.Path, "store");
        var token = new ArtifactTokens(StoreFixture.Bytes(1, 32)).Issue(ArtifactScope.Admin);
        var port = FreePort.Next();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var acknowledged = new List<Sha256Digest>();
        var interrupted = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var store = await StoreProcess.StartAsync(root, keyFile, port);
            foreach (var digest in acknowledged)
                await AssertWholeAsync(http, digest);
            var body = StoreFixture.Bytes(100 + kill, BlobBytes);
            var target = Sha256Digest.Of(body);
            // The cut moves through the whole upload: first bytes, middle, last bytes, and the moment after all were sent.
            var cut = (int)((long)BlobBytes * kill / (Kills - 1));
            if (await UploadUntilCutAsync(http, target, body, cut, store))
                acknowledged.Add(target);
            else
                interrupted++;
            AssertNothingPartial(root);
        }
        using var last = await StoreProcess.StartAsync(root, keyFile, port);
        Assert.Empty(Directory.GetFiles(Path.Combine(root, "tmp")));
        for (var kill = 0; kill < Kills; kill++)
        {
            var body = StoreFixture.Bytes(100 + kill, BlobBytes);
            using var answer = await http.PutAsync(BlobUri(Sha256Digest.Of(body)), new ByteArrayContent(body));
            Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK);
            await AssertWholeAsync(http, Sha256Digest.Of(body));
        }
        Assert.True(interrupted >= Kills / 2, $"only {interrupted} of {Kills} uploads were interrupted: the test did not test what it says");
    }

    [Fact]
    public async Task A_publisher_outlives_kills_of_the_store_and_the_digest_still_matches()
    {
        using var folder = new TempFolder();
        var key = StoreFixture.Bytes(1, 32);
        var keyFile = folder.Write("key", key);
        var root = Path.Combine(folder.Path, "store");
        var output = Path.Combine(folder.Path, "output");
        for (var file = 0; file < 6; file++)
            folder.Write($"output/model/part-{file}.bin", StoreFixture.Bytes(file, 12 * 1024 * 1024));
        folder.Write("output/result.json", """{"schema":1,"model":{"path":"model"},"metrics":{"rmse":1.5}}"""u8.ToArray());
        var port = FreePort.Next();
        using var run = new TransferRun(folder, "publish", new()
        {
            ["MODELOP_OUTPUT_DIR"] = output,
            ["MODELOP_STORE_URL"] = $"http://127.0.0.1:{port}",
            ["MODELOP_STORE_TOKEN"] = new ArtifactTokens(key).Issue(ArtifactScope.Write("team", "uid")),
            ["MODELOP_RETRY_SECONDS"] = "120",
        });
        var publishing = run.PublishAsync();
        for (var kill = 0; kill < 4 && !publishing.IsCompleted; kill++)
        {
            using var store = await StoreProcess.StartAsync(root, keyFile, port);
            await Task.WhenAny(publishing, Task.Delay(100 + (kill * 60)));
            await store.KillAsync();
        }
        using var last = await StoreProcess.StartAsync(root, keyFile, port);
        Assert.Equal(ExitCodes.Done, await publishing);
        var report = TerminationMessage.TryReadPublish(run.Message());
        var expected = await FolderManifest.ReadAsync(Path.Combine(output, "model"), CancellationToken.None);
        Assert.Equal(expected.Digest.ToString(), report?.Model.Digest);
        AssertNothingPartial(root);
        foreach (var entry in expected.Entries)
            Assert.True(File.Exists(Path.Combine(root, "blobs", "sha256", entry.Digest.Hex[..2], entry.Digest.Hex)));
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

    private static void AssertNothingPartial(string root)
    {
        foreach (var blob in Directory.GetFiles(Path.Combine(root, "blobs"), "*", SearchOption.AllDirectories))
            Assert.Equal(Path.GetFileName(blob), Sha256Digest.Of(File.ReadAllBytes(blob)).Hex);
    }

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
