using System.Net;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Tests.Artifacts.Collection;
using ModelOperator.Tests.Artifacts.Uploads;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts.Backing;

/// <summary>The S3 server is killed, comes back, or answers into the void.</summary>
public sealed class S3OutageTests(S3Server server) : IClassFixture<S3Server>
{
    [S3Fact]
    public async Task While_the_service_is_away_everything_is_answered_503_and_what_came_is_not_asked_for_again()
    {
        await using var store = await StoreFixture.StartAsync(s3: server);
        var (there, later, body) = (StoreFixture.Bytes(1, 5000), StoreFixture.Bytes(2, 5000), StoreFixture.Bytes(3, 6_000_000));
        var digest = Sha256Digest.Of(body);
        await store.StoreAsync(there);
        Assert.Equal(HttpStatusCode.Created, (await store.BeginAsync(digest, body.Length, store.WriteToken)).StatusCode);
        Assert.Equal(1_000_000, UploadRequests.OffsetOf(await store.AppendAsync(digest, 0, body[..1_000_000], store.WriteToken)));

        await server.KillAsync();
        var admin = store.Tokens.Issue(ArtifactScope.Admin);
        var get = store.SendAsync(HttpMethod.Get, Sha256Digest.Of(there), admin);
        var head = store.SendAsync(HttpMethod.Head, Sha256Digest.Of(there), admin);
        var put = store.PutAsync(Sha256Digest.Of(later), later);
        // All bytes come, and the last answer is no acknowledgement.
        var last = store.AppendAsync(digest, 1_000_000, body[1_000_000..], store.WriteToken);
        foreach (var answer in await Task.WhenAll(get, head, put, last))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter?.Delta);
        }

        Assert.Contains("BackingUnavailable", await (await put).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await store.Http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await store.Http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode);
        var failure = await Assert.ThrowsAsync<TransferException>(() => CollectionEndpointTests.CollectAsync(store, [digest]));
        Assert.Equal(TransferFailure.Unavailable, failure.Kind);

        await server.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await store.Http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await store.SendAsync(HttpMethod.Head, digest, admin)).StatusCode);
        Assert.Equal(body.Length, UploadRequests.OffsetOf(await store.BeginAsync(digest, body.Length, store.WriteToken)));
        Assert.Equal(HttpStatusCode.NoContent, (await store.AppendAsync(digest, body.Length, [], store.WriteToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await store.PutAsync(Sha256Digest.Of(later), later)).StatusCode);
        foreach (var bytes in new[] { there, later, body })
            Assert.Equal(bytes, await (await store.SendAsync(HttpMethod.Get, Sha256Digest.Of(bytes), admin)).Content.ReadAsByteArrayAsync());
        Assert.Empty(store.TemporaryFiles());
    }

    [S3Fact]
    public async Task A_publisher_outlives_kills_of_the_service_and_of_the_store()
    {
        using var folder = new TempFolder();
        using var stored = new StoredBlobs(folder, server);
        var key = StoreFixture.Bytes(1, 32);
        var keyFile = folder.Write("key", key);
        for (var file = 0; file < 6; file++)
            folder.Write($"output/model/part-{file}.bin", StoreFixture.Bytes(file, 12 * 1024 * 1024));
        folder.Write("output/result.json", """{"schema":1,"model":{"path":"model"},"metrics":{"rmse":1.5}}"""u8.ToArray());
        var port = FreePort.Next();
        using var run = new TransferRun(folder, "publish", new()
        {
            ["MODELOP_OUTPUT_DIR"] = Path.Combine(folder.Path, "output"),
            ["MODELOP_STORE_URL"] = $"http://127.0.0.1:{port}",
            ["MODELOP_STORE_TOKEN"] = new ArtifactTokens(key).Issue(ArtifactScope.Write("team", "uid")),
            ["MODELOP_RETRY_SECONDS"] = "600",
        });
        var publishing = run.PublishAsync();
        for (var kill = 0; kill < 4 && !publishing.IsCompleted; kill++)
        {
            using var store = await StoreProcess.StartAsync(Path.Combine(folder.Path, "store"), keyFile, port, null, server.Environment(folder));
            await Task.WhenAny(publishing, Task.Delay(150 + (kill * 60)));
            await server.KillAsync();
            // Now and then both are away at once.
            if (kill % 2 == 1)
                await store.KillAsync();
            await server.StartAsync();
            await Task.WhenAny(publishing, Task.Delay(150));
            if (kill % 2 == 0)
                await store.KillAsync();
        }

        using var last = await StoreProcess.StartAsync(Path.Combine(folder.Path, "store"), keyFile, port, null, server.Environment(folder));
        Assert.Equal(ExitCodes.Done, await publishing);
        var expected = await FolderManifest.ReadAsync(Path.Combine(folder.Path, "output", "model"), CancellationToken.None);
        Assert.Equal(expected.Digest.ToString(), TerminationMessage.TryReadPublish(run.Message())?.Model.Digest);
        await stored.AssertNothingPartialAsync();
        foreach (var entry in expected.Entries)
            Assert.True(await stored.HasAsync(entry.Digest));
    }

    [S3Theory]
    [InlineData("PUT", "/blobs/sha256/", 1000)]
    [InlineData("PUT", "partNumber=2", 6_000_000)]
    [InlineData("POST", "uploadId=", 6_000_000)]
    public async Task What_the_service_has_done_and_could_not_say_is_acknowledged_when_it_is_seen_and_counts_once(string method, string part, int length)
    {
        using var relay = new S3Relay(server.Url);
        await using var store = await StoreFixture.StartAsync(options => options with { S3 = options.S3! with { Endpoint = relay.Url }, Quotas = NamespaceQuotas.Parse("*=10M") }, s3: server);
        var body = StoreFixture.Bytes(length, length);
        var digest = Sha256Digest.Of(body);
        relay.Swallowed = request => request.StartsWith(method, StringComparison.Ordinal) && request.Split("\r\n")[0].Contains(part, StringComparison.Ordinal);
        using (var answer = await store.PutAsync(digest, body))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        relay.Swallowed = null;
        // Another namespace sends the same bytes: whoever it counts for, it counts once.
        using (var again = await store.PutAsync(digest, body, store.Tokens.Issue(ArtifactScope.Write("other", "uid"))))
            Assert.True(again.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK);
        var before = await UsageAsync(store);
        Assert.Equal(["modelop_store_blobs 1", $"modelop_store_bytes {length}", $"bytes {length}"], before);
        await store.RestartAsync();
        Assert.Equal(before, await UsageAsync(store));
        Assert.Equal(body, await (await store.SendAsync(HttpMethod.Get, digest, store.Tokens.Issue(ArtifactScope.Admin))).Content.ReadAsByteArrayAsync());
    }

    [S3Theory]
    [InlineData("/used/", HttpStatusCode.OK)]
    [InlineData("/owners/", HttpStatusCode.ServiceUnavailable)]
    public async Task A_blob_that_is_gone_counts_no_more_when_the_notes_about_it_cannot_be_removed(string notes, HttpStatusCode collected)
    {
        using var relay = new S3Relay(server.Url);
        await using var store = await StoreFixture.StartAsync(
            options => options with { S3 = options.S3! with { Endpoint = relay.Url }, Quotas = NamespaceQuotas.Parse("*=10M"), Collection = CollectionMode.Delete }, s3: server);
        var digest = await store.StoreAsync(StoreFixture.Bytes(1, 1000));
        await store.AgeAsync(digest);
        relay.Swallowed = request => request.StartsWith("DELETE", StringComparison.Ordinal) && request.Split("\r\n")[0].Contains(notes, StringComparison.Ordinal);
        var collection = CollectionEndpointTests.CollectAsync(store, [Sha256Digest.Of("other"u8)]);
        if (collected == HttpStatusCode.OK)
            Assert.Equal(1, (await collection).DeletedBlobs);
        else
            await Assert.ThrowsAsync<TransferException>(() => collection);
        Assert.False(await store.HasAsync(digest));
        Assert.Equal(["modelop_store_blobs 0", "modelop_store_bytes 0", "bytes 0"], await UsageAsync(store));
    }

    [S3Theory]
    [InlineData("DELETE", true)]
    [InlineData("", false)]
    public async Task A_deletion_whose_answer_never_comes_is_settled_by_asking_without_a_restart(string swallowed, bool collected)
    {
        using var relay = new S3Relay(server.Url);
        await using var store = await StoreFixture.StartAsync(
            options => options with { S3 = options.S3! with { Endpoint = relay.Url }, Quotas = NamespaceQuotas.Parse("*=10M"), Collection = CollectionMode.Delete }, s3: server);
        var (body, kept) = (StoreFixture.Bytes(1, 1000), StoreFixture.Bytes(2, 500));
        var digest = await store.StoreAsync(body);
        await store.StoreAsync(kept);
        await store.AgeAsync(digest);
        // From the deletion on, the blob's own requests get no answer, or the deletion alone does not.
        var deletes = false;
        relay.Swallowed = request =>
        {
            var line = request.Split("\r\n")[0];
            var ofBlob = line.Contains($"/blobs/sha256/{digest.Hex[..2]}/{digest.Hex}", StringComparison.Ordinal);
            deletes |= ofBlob && line.StartsWith("DELETE", StringComparison.Ordinal);
            return deletes && ofBlob && line.StartsWith(swallowed, StringComparison.Ordinal);
        };
        var collection = CollectionEndpointTests.CollectAsync(store, [Sha256Digest.Of(kept)]);
        if (collected)
        {
            Assert.Equal(1, (await collection).DeletedBlobs);
        }
        else
        {
            await Assert.ThrowsAsync<TransferException>(() => collection);
            Assert.Equal(["modelop_store_blobs 2", "modelop_store_bytes 1500", "bytes 1500"], await UsageAsync(store));
            relay.Swallowed = null;
            Assert.Equal(HttpStatusCode.OK, (await store.Http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        }

        relay.Swallowed = null;
        Assert.Equal(["modelop_store_blobs 1", "modelop_store_bytes 500", "bytes 500"], await UsageAsync(store));
        // It counts once when it comes again, and the same after a restart.
        await store.StoreAsync(body);
        var before = await UsageAsync(store);
        Assert.Equal(["modelop_store_blobs 2", "modelop_store_bytes 1500", "bytes 1500"], before);
        await store.RestartAsync();
        Assert.Equal(before, await UsageAsync(store));
    }

    [S3Fact]
    public async Task A_read_goes_on_where_its_connection_broke()
    {
        using var relay = new S3Relay(server.Url);
        await using var store = await StoreFixture.StartAsync(options => options with { S3 = options.S3! with { Endpoint = relay.Url } }, s3: server);
        var body = StoreFixture.Bytes(9, 13_000_000);
        var digest = await store.StoreAsync(body);
        relay.CutAfter = 4_000_000;
        Assert.Equal(body, await (await store.SendAsync(HttpMethod.Get, digest, store.Tokens.Issue(ArtifactScope.Admin))).Content.ReadAsByteArrayAsync());
        Assert.True(relay.Cuts >= 3, $"{relay.Cuts} connections were cut");
    }

    [S3Fact]
    public async Task A_store_that_starts_before_the_service_waits_for_it()
    {
        await using var store = await StoreFixture.StartAsync(static options => options with { LockTimeout = TimeSpan.FromMinutes(2) }, s3: server);
        var digest = await store.StoreAsync("x"u8.ToArray());
        await server.KillAsync();
        var starting = store.RestartAsync();
        await Task.Delay(500);
        Assert.False(starting.IsCompleted);
        await server.StartAsync();
        await starting;
        Assert.Equal(HttpStatusCode.OK, (await store.SendAsync(HttpMethod.Head, digest, store.WriteToken)).StatusCode);
    }

    private static async Task<List<string>> UsageAsync(StoreFixture store)
    {
        var lines = (await store.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n');
        var used = lines.Where(static line => line.StartsWith("modelop_store_namespace_bytes{", StringComparison.Ordinal)).Sum(static line => long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
        return [.. lines.Where(static line => line.StartsWith("modelop_store_blobs ", StringComparison.Ordinal) || line.StartsWith("modelop_store_bytes ", StringComparison.Ordinal)), $"bytes {used}"];
    }
}
