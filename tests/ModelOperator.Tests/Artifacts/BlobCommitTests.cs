using ModelOperator.Artifacts;
using ModelOperator.Tests.Artifacts.Backing;

namespace ModelOperator.Tests.Artifacts;

public sealed class BlobCommitTests
{
    [Fact]
    public async Task A_blob_is_said_to_be_there_when_it_is_there_for_good()
    {
        using var folder = new TempFolder();
        var root = Path.Combine(folder.Path, "store");
        var backing = new HookedBacking(new VolumeBacking(root)) { IsVolume = true };
        using var blobs = await BlobStore.OpenAsync(root, 0, new StoreCounters(), TimeProvider.System, backing: backing);
        var body = "seen"u8.ToArray();
        var digest = Sha256Digest.Of(body);
        var (seen, synced) = (new TaskCompletionSource(), new TaskCompletionSource());
        backing.BeforePublished = async () =>
        {
            seen.SetResult();
            await synced.Task;
        };
        var put = blobs.PutAsync(digest, new MemoryStream(body), body.Length, long.MaxValue, null, CancellationToken.None);
        await seen.Task;
        // Nothing of a volume is waited for: an answer would be there by now.
        var asked = blobs.TouchAsync(digest, CancellationToken.None);
        Assert.False(asked.IsCompleted);
        synced.SetResult();
        Assert.Equal(body.Length, await asked);
        Assert.Equal(BlobPutOutcome.Created, (await put).Outcome);
    }
}
