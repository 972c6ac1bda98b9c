using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Tests.Artifacts.Backing;

namespace ModelOperator.Tests.Artifacts.Collection;

/// <summary>Whoever was told that an artifact is there has all of its files, however a collection falls.</summary>
public sealed class CollectionRaceTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] File = "file"u8.ToArray();
    private static readonly ArtifactManifest Artifact = ArtifactManifest.Create([new ManifestEntry(Sha256Digest.Of(File), File.Length, "f")]);

    private readonly TempFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private HookedBacking backing = null!;
    private BlobStore blobs = null!;
    private Collector collector = null!;

    private string Root => Path.Combine(folder.Path, "store");

    public async Task InitializeAsync()
    {
        backing = new HookedBacking(new VolumeBacking(Root));
        var counters = new StoreCounters();
        blobs = await BlobStore.OpenAsync(Root, 0, counters, time, backing: backing);
        var options = new ArtifactStoreOptions(Root, "", "") { Collection = CollectionMode.Delete, Grace = TimeSpan.FromDays(10) };
        collector = new Collector(blobs, options, counters, time, NullLogger<Collector>.Instance);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        collector.Dispose();
        blobs.Dispose();
        backing.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_question_that_begins_before_a_collection_and_is_answered_after_it_keeps_what_it_says_is_there(bool reads)
    {
        await PutAsync(File);
        await PutAsync(Artifact.Bytes.ToArray());
        time.Advance(TimeSpan.FromDays(60));
        var (asked, collected) = (new TaskCompletionSource(), new TaskCompletionSource());
        backing.AfterSize = (Artifact.Digest, WaitAsync);
        var answer = reads ? blobs.TouchToReadAsync(Artifact.Digest, CancellationToken.None) : blobs.TouchAsync(Artifact.Digest, CancellationToken.None);
        await asked.Task;
        await CollectAsync(Sha256Digest.Of("other"u8));
        collected.SetResult();
        Assert.NotNull(await answer);
        await AssertWholeAsync();
        // It is over with the answer: a later collection takes both.
        time.Advance(TimeSpan.FromDays(60));
        await CollectAsync(Sha256Digest.Of("other"u8));
        Assert.Null(await backing.SizeAsync(Artifact.Digest, CancellationToken.None));
        Assert.Null(await backing.SizeAsync(Sha256Digest.Of(File), CancellationToken.None));

        async Task WaitAsync()
        {
            asked.SetResult();
            await collected.Task;
        }
    }

    [Fact]
    public async Task An_artifact_that_another_store_used_since_it_was_listed_stays_with_its_files()
    {
        await PutAsync(File);
        await PutAsync(Artifact.Bytes.ToArray());
        time.Advance(TimeSpan.FromDays(60));
        backing.BeforeDelete = digest => digest == Artifact.Digest ? backing.MarkUsedAsync(digest, time.GetUtcNow(), time.GetUtcNow(), CancellationToken.None) : Task.CompletedTask;
        await CollectAsync(Sha256Digest.Of("other"u8));
        await AssertWholeAsync();
    }

    [Fact]
    public async Task An_artifact_that_was_listed_when_it_was_gone_and_is_put_again_keeps_its_files()
    {
        backing.Stale = new BlobFact(Artifact.Digest, Artifact.Bytes.Length, time.GetUtcNow());
        await CollectAsync(Artifact.Digest);
        backing.Stale = null;
        await PutAsync(File);
        await PutAsync(Artifact.Bytes.ToArray());
        time.Advance(TimeSpan.FromDays(60));
        await CollectAsync(Artifact.Digest);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task An_artifact_whose_manifest_was_corrupt_and_is_mended_keeps_its_files()
    {
        await PutAsync(File);
        await PutAsync(Artifact.Bytes.ToArray());
        var path = Path.Combine(Root, "blobs", "sha256", Artifact.Digest.Hex[..2], Artifact.Digest.Hex);
        await System.IO.File.WriteAllBytesAsync(path, new byte[Artifact.Bytes.Length]);
        await CollectAsync(Artifact.Digest);
        await using (var body = blobs.OpenRead(Artifact.Digest, Artifact.Bytes.Length))
            await Assert.ThrowsAsync<BackingException>(() => body.CopyToAsync(Stream.Null));
        await PutAsync(Artifact.Bytes.ToArray());
        time.Advance(TimeSpan.FromDays(60));
        await CollectAsync(Artifact.Digest);
        await AssertWholeAsync();
    }

    private async Task PutAsync(byte[] bytes) =>
        Assert.Equal(BlobPutOutcome.Created, (await blobs.PutAsync(Sha256Digest.Of(bytes), new MemoryStream(bytes), bytes.Length, long.MaxValue, null, CancellationToken.None)).Outcome);

    private async Task CollectAsync(Sha256Digest named) => Assert.NotNull(await collector.EndAsync(collector.Begin().Id, new HashSet<Sha256Digest> { named }, CancellationToken.None));

    private async Task AssertWholeAsync()
    {
        Assert.NotNull(await backing.SizeAsync(Artifact.Digest, CancellationToken.None));
        Assert.NotNull(await backing.SizeAsync(Sha256Digest.Of(File), CancellationToken.None));
    }
}
