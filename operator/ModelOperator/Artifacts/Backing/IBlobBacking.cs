namespace ModelOperator.Artifacts;

/// <summary>
/// What keeps the blobs. Bytes come to it whole and checked, as a file of the store's own volume; it makes them visible at once or not at all, and what it said
/// is there survives a crash. Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>; <see cref="BackingException"/> of a backing
/// elsewhere.
/// </summary>
public interface IBlobBacking : IDisposable
{
    /// <summary>Size of a blob in bytes, or null when it is not there.</summary>
    Task<long?> SizeAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>Where a blob lies as a file; null when it does not, or is not there.</summary>
    string? FileOf(Sha256Digest digest);

    /// <summary>Bytes of a blob; null when it is not there.</summary>
    /// <param name="digest">Blob.</param>
    /// <param name="from">First byte.</param>
    /// <param name="count">How many are wanted; there may be less.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<Stream?> OpenReadAsync(Sha256Digest digest, long from, long count, CancellationToken cancellationToken);

    /// <summary>Makes a file that is whole and checked the blob, durably, in place of one of that name, used now. The file may be gone after this.</summary>
    Task PublishAsync(string file, Sha256Digest digest, long size, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Says when a blob was last used, unless it was said since <paramref name="unlessSince"/>.</summary>
    Task MarkUsedAsync(Sha256Digest digest, DateTimeOffset now, DateTimeOffset unlessSince, CancellationToken cancellationToken);

    /// <summary>All blobs as they are now.</summary>
    IAsyncEnumerable<BlobFact> ListAsync(CancellationToken cancellationToken);

    /// <summary>Deletes a blob unless it was used after a moment; its size, or null when it stays or was not there.</summary>
    Task<long?> DeleteAsync(Sha256Digest digest, DateTimeOffset unusedSince, CancellationToken cancellationToken);

    /// <summary>Notes durably on whose behalf a blob is kept.</summary>
    Task ClaimAsync(string namespaceName, Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>All that <see cref="ClaimAsync"/> noted.</summary>
    IAsyncEnumerable<BlobClaim> ClaimsAsync(CancellationToken cancellationToken);

    /// <summary>Removes a note.</summary>
    Task UnclaimAsync(BlobClaim claim, CancellationToken cancellationToken);

    /// <summary>Whose a blob is; none when nobody's.</summary>
    Task<IReadOnlyList<BlobClaim>> ClaimsOfAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>Removes what predecessors left half done.</summary>
    /// <returns>How many of these there were.</returns>
    Task<int> TidyAsync(CancellationToken cancellationToken);

    /// <summary>Proves that it is there; throws what it says otherwise.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);
}
