using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts.Backing;

/// <summary>A volume that is taken for a backing elsewhere: slow, behind in what it lists, or used by somebody else, when a test says so.</summary>
internal sealed class HookedBacking(VolumeBacking volume) : IBlobBacking
{
    /// <summary>Runs once, when the size of a blob is known and not yet said.</summary>
    public (Sha256Digest Digest, Func<Task> Run)? AfterSize { get; set; }

    /// <summary>Runs when a blob can be seen and its publication is not over.</summary>
    public Func<Task>? BeforePublished { get; set; }

    /// <summary>Taken for what it is.</summary>
    public bool IsVolume { get; init; }

    /// <summary>Runs before a deletion.</summary>
    public Func<Sha256Digest, Task>? BeforeDelete { get; set; }

    /// <summary>Is listed and not there.</summary>
    public BlobFact? Stale { get; set; }

    public async Task<long?> SizeAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var size = await volume.SizeAsync(digest, cancellationToken);
        if (AfterSize is var (hooked, run) && hooked == digest)
        {
            AfterSize = null;
            await run();
        }

        return size;
    }

    public string? FileOf(Sha256Digest digest) => IsVolume ? volume.FileOf(digest) : null;

    public Task<Stream?> OpenReadAsync(Sha256Digest digest, long from, long count, CancellationToken cancellationToken) => volume.OpenReadAsync(digest, from, count, cancellationToken);

    public async Task PublishAsync(string file, Sha256Digest digest, long size, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await volume.PublishAsync(file, digest, size, now, cancellationToken);
        if (BeforePublished is { } hook)
            await hook();
    }

    public Task MarkUsedAsync(Sha256Digest digest, DateTimeOffset now, DateTimeOffset unlessSince, CancellationToken cancellationToken) => volume.MarkUsedAsync(digest, now, unlessSince, cancellationToken);

    public async IAsyncEnumerable<BlobFact> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in volume.ListAsync(cancellationToken))
            yield return blob;
        if (Stale is { } stale)
            yield return stale;
    }

    public async Task<long?> DeleteAsync(Sha256Digest digest, DateTimeOffset unusedSince, CancellationToken cancellationToken)
    {
        if (BeforeDelete is { } hook)
            await hook(digest);
        return await volume.DeleteAsync(digest, unusedSince, cancellationToken);
    }

    public Task ClaimAsync(string namespaceName, Sha256Digest digest, CancellationToken cancellationToken) => volume.ClaimAsync(namespaceName, digest, cancellationToken);

    public IAsyncEnumerable<BlobClaim> ClaimsAsync(CancellationToken cancellationToken) => volume.ClaimsAsync(cancellationToken);

    public Task UnclaimAsync(BlobClaim claim, CancellationToken cancellationToken) => volume.UnclaimAsync(claim, cancellationToken);

    public Task<IReadOnlyList<BlobClaim>> ClaimsOfAsync(Sha256Digest digest, CancellationToken cancellationToken) => volume.ClaimsOfAsync(digest, cancellationToken);

    public Task<int> TidyAsync(CancellationToken cancellationToken) => volume.TidyAsync(cancellationToken);

    public Task ProbeAsync(CancellationToken cancellationToken) => volume.ProbeAsync(cancellationToken);

    public void Dispose() => volume.Dispose();
}
