using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Artifacts;
using ModelOperator.Tests.Artifacts.Collection;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts.Backing;

/// <summary>What only a store with a bucket does, against a real S3 server.</summary>
public sealed class S3StoreTests(S3Server server) : IClassFixture<S3Server>
{
    private const int Large = 13_000_000;

    [S3Fact]
    public async Task A_large_blob_goes_in_parts_and_any_range_of_it_comes_back()
    {
        await using var store = await StoreFixture.StartAsync(s3: server);
        var body = StoreFixture.Bytes(1, Large);
        var digest = await store.StoreAsync(body);
        var admin = store.Tokens.Issue(ArtifactScope.Admin);
        Assert.Equal(body, await (await store.SendAsync(HttpMethod.Get, digest, admin)).Content.ReadAsByteArrayAsync());
        // Across the border of two parts, the last byte alone, the end, and all but the first byte.
        foreach (var (from, to) in new (long?, long?)[] { (5_000_000, 5_500_000), (Large - 1, Large - 1), (null, 1000), (1, null) })
        {
            using var part = await store.SendAsync(HttpMethod.Get, digest, admin, range: new RangeHeaderValue(from, to));
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            var expected = from is null ? body[^(int)to!.Value..] : body[(int)from..(int)((to ?? (Large - 1)) + 1)];
            Assert.Equal(expected, await part.Content.ReadAsByteArrayAsync());
        }

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, (await store.SendAsync(HttpMethod.Get, digest, admin, range: new RangeHeaderValue(Large, null))).StatusCode);
        using var bucket = server.BucketOf(store.Folder);
        Assert.Empty(await bucket.UploadsAsync("", CancellationToken.None));
        Assert.Empty(store.TemporaryFiles());
    }

    [S3Fact]
    public async Task What_is_in_the_bucket_is_there_without_the_volume()
    {
        await using var store = await StoreFixture.StartAsync(Limited, s3: server);
        var body = StoreFixture.Bytes(2, 700);
        var digest = await store.StoreAsync(body);
        await store.StopAsync();
        Directory.Delete(store.Root, recursive: true);
        await store.RestartAsync();
        Assert.Equal(body, await (await store.SendAsync(HttpMethod.Get, digest, store.Tokens.Issue(ArtifactScope.Admin))).Content.ReadAsByteArrayAsync());
        await AssertMetricsAsync(store, "modelop_store_blobs 1", "modelop_store_bytes 700", "modelop_store_namespace_bytes{namespace=\"team\"} 700");
        var more = StoreFixture.Bytes(3, 400);
        Assert.Equal(HttpStatusCode.Forbidden, (await store.PutAsync(Sha256Digest.Of(more), more)).StatusCode);
    }

    [S3Fact]
    public async Task Uploads_in_parts_that_were_left_for_long_are_given_up_at_start_and_at_a_collection()
    {
        // The service rounds the time at which an upload began up to a whole second.
        var old = TimeSpan.FromSeconds(-2);
        var age = old;
        await using var store = await StoreFixture.StartAsync(options => options with { S3 = options.S3! with { OrphanAge = age } }, s3: server);
        var kept = await store.StoreAsync("kept"u8.ToArray());
        using var bucket = server.BucketOf(store.Folder);
        var file = store.Folder.Write("part", StoreFixture.Bytes(3, 6_000_000));
        // One for a blob that is there may be what it came by.
        string[] keys = [StoredBlobs.Key(Sha256Digest.Of("one"u8)), StoredBlobs.Key(Sha256Digest.Of("two"u8)), StoredBlobs.Key(kept)];
        for (var round = 0; round < 2; round++)
        {
            foreach (var key in keys)
                await bucket.PutPartAsync(key, await bucket.BeginAsync(key, CancellationToken.None), 1, file, 0, 6_000_000, CancellationToken.None);
            // A young one is left alone.
            age = TimeSpan.FromDays(1);
            await store.RestartAsync();
            Assert.Equal(3 + round, (await bucket.UploadsAsync("", CancellationToken.None)).Count);
            age = old;
            await store.RestartAsync();
            Assert.Equal(1 + round, (await bucket.UploadsAsync("", CancellationToken.None)).Count);
            await AssertMetricsAsync(store, "modelop_store_blobs 1", "modelop_store_orphans_swept_total 2");
        }

        await bucket.BeginAsync(keys[0], CancellationToken.None);
        await bucket.BeginAsync("backups/of somebody else", CancellationToken.None);
        await CollectionEndpointTests.CollectAsync(store, [kept]);
        Assert.Equal(["backups/of somebody else", keys[2]], (await bucket.UploadsAsync("", CancellationToken.None)).Select(static upload => upload.Key).Distinct());
    }

    [S3Fact]
    public async Task More_objects_than_a_page_of_a_listing_are_all_counted_kept_and_collected()
    {
        const int Count = 1100;
        await using var store = await StoreFixture.StartAsync(static options => options with { Collection = CollectionMode.Delete }, s3: server);
        using var stored = new StoredBlobs(store.Folder, server);
        var bodies = Enumerable.Range(0, Count).Select(static i => Encoding.ASCII.GetBytes($"blob {i}")).ToList();
        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (body, _) => await stored.PutAsync(StoredBlobs.Key(Sha256Digest.Of(body)), body));
        // Without a mark of its use a blob counts from when it came to the bucket; these two have one.
        await stored.AgeAsync(Sha256Digest.Of(bodies[0]), Sha256Digest.Of(bodies[^1]));
        await store.RestartAsync();
        await AssertMetricsAsync(store, $"modelop_store_blobs {Count}");
        var report = await CollectionEndpointTests.CollectAsync(store, [Sha256Digest.Of(bodies[0])]);
        Assert.Equal((Count, 1, 1, 1), (report.Blobs, report.NamedBlobs, report.GarbageBlobs, report.DeletedBlobs));
        Assert.Equal(Count - 1, (await stored.KeysAsync("blobs/")).Count);
        Assert.False(await store.HasAsync(Sha256Digest.Of(bodies[^1])));
    }

    [S3Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public async Task Bytes_that_are_not_what_they_are_named_never_come_whole_and_putting_them_again_mends_it(int length)
    {
        await using var store = await StoreFixture.StartAsync(s3: server);
        var body = StoreFixture.Bytes(4, length);
        var digest = await store.StoreAsync(body);
        var wrong = (byte[])body.Clone();
        wrong[length / 2] ^= 1;
        await store.OverwriteAsync(StoredBlobs.Key(digest), wrong);
        var admin = store.Tokens.Issue(ArtifactScope.Admin);
        if (length == Large)
        {
            // Bytes are on their way before it comes out: they end early.
            await Assert.ThrowsAsync<HttpRequestException>(() => store.SendAsync(HttpMethod.Get, digest, admin));
        }

        using var refused = await store.SendAsync(HttpMethod.Get, digest, admin);
        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        var text = await refused.Content.ReadAsStringAsync();
        Assert.Contains("BlobCorrupt", text, StringComparison.Ordinal);
        Assert.Contains(Sha256Digest.Of(wrong).ToString(), text, StringComparison.Ordinal);
        await AssertMetricsAsync(store, "modelop_store_corrupt_blobs_total 1");
        // Who asks whether to upload it is told to, and that mends it.
        Assert.Equal(HttpStatusCode.NotFound, (await store.SendAsync(HttpMethod.Head, digest, store.WriteToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await store.PutAsync(digest, body)).StatusCode);
        Assert.Equal(body, await (await store.SendAsync(HttpMethod.Get, digest, admin)).Content.ReadAsByteArrayAsync());
        await AssertMetricsAsync(store, "modelop_store_blobs 1", $"modelop_store_bytes {length}");
    }

    [S3Fact]
    public async Task A_corrupt_manifest_collects_nothing()
    {
        await using var store = await StoreFixture.StartAsync(static options => options with { Collection = CollectionMode.Delete }, s3: server);
        var file = await store.StoreAsync("file"u8.ToArray());
        var manifest = ArtifactManifest.Create([new ManifestEntry(file, 4, "f")]);
        await store.StoreAsync(manifest.Bytes.ToArray());
        await store.OverwriteAsync(StoredBlobs.Key(manifest.Digest), ArtifactManifest.Create([new ManifestEntry(manifest.Digest, 4, "f")]).Bytes.ToArray());
        await store.AgeAsync(file, manifest.Digest);
        var failure = await Assert.ThrowsAsync<TransferException>(() => CollectionEndpointTests.CollectAsync(store, [manifest.Digest]));
        Assert.Equal("BlobCorrupt", failure.Reason);
        Assert.True(await store.HasAsync(file));
    }

    [S3Fact]
    public async Task A_service_with_a_certificate_of_its_own_is_trusted_by_its_authority_alone()
    {
        using var own = TransferHttpTests.Certificate();
        using var foreign = TransferHttpTests.Certificate();
        using var relay = new S3Relay(server.Url, own);
        using var files = new TempFolder();
        var trusted = files.Write("own.crt", Encoding.ASCII.GetBytes(own.ExportCertificatePem()));
        await using (var store = await StoreFixture.StartAsync(options => options with { S3 = options.S3! with { Endpoint = relay.Url, AuthorityFile = trusted } }, s3: server))
        {
            var body = StoreFixture.Bytes(5, 100_000);
            Assert.Equal(body, await (await store.SendAsync(HttpMethod.Get, await store.StoreAsync(body), store.Tokens.Issue(ArtifactScope.Admin))).Content.ReadAsByteArrayAsync());
        }

        var other = files.Write("foreign.crt", Encoding.ASCII.GetBytes(foreign.ExportCertificatePem()));
        await Assert.ThrowsAsync<BackingException>(() => StoreFixture.StartAsync(options => options with { S3 = options.S3! with { Endpoint = relay.Url, AuthorityFile = other } }, s3: server));
        var none = files.Write("none.crt", "no certificate"u8.ToArray());
        var wrong = await Assert.ThrowsAsync<FormatException>(() => StoreFixture.StartAsync(options => options with { S3 = options.S3! with { AuthorityFile = none } }, s3: server));
        Assert.Contains("MODELOP_STORE_S3_CA_FILE", wrong.Message, StringComparison.Ordinal);
    }

    [S3Fact]
    public async Task A_wrong_key_or_bucket_ends_the_start_at_once_and_no_message_holds_the_key()
    {
        using var wrongKey = new TempFolder();
        using var rightKey = new TempFolder();
        foreach (var (options, expected) in new[]
        {
            (server.StoreIn(wrongKey, "not-the-secret-key"), "403 SignatureDoesNotMatch"),
            (server.StoreIn(rightKey) with { Bucket = "nowhere" }, "404 NoSuchBucket"),
        })
        {
            using var bucket = new S3Bucket(options, TimeProvider.System, new StoreCounters(), NullLogger<S3Bucket>.Instance);
            using var backing = new S3Backing(bucket, options);
            var failure = await Assert.ThrowsAsync<BackingException>(() => BlobStore.OpenAsync(Path.Combine(wrongKey.Path, "store"), 0, new StoreCounters(), TimeProvider.System, backing: backing));
            Assert.Equal(BackingException.Refused, failure.Reason);
            Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("not-the-secret-key", failure.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("Signature=", failure.ToString(), StringComparison.Ordinal);
        }
    }

    private static ArtifactStoreOptions Limited(ArtifactStoreOptions options) => options with { Quotas = NamespaceQuotas.Parse("team=1000") };

    private static async Task AssertMetricsAsync(StoreFixture store, params string[] lines)
    {
        var metrics = await store.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        foreach (var line in lines)
            Assert.Contains($"\n{line}\n", metrics, StringComparison.Ordinal);
    }
}
