using ModelOperator.Artifacts;

namespace ModelOperator.ModelVersions;

/// <summary>Reads artifacts from the artifact store. One attempt; the reconciler decides when to try again.</summary>
/// <param name="http">Client without an overall timeout; silence is bounded inside.</param>
/// <param name="storeUrl">Address of the store.</param>
/// <param name="tokens">Makes a token that reads this one artifact.</param>
/// <param name="time">Clock of the timeouts.</param>
public sealed class StoreArtifactReader(HttpClient http, Uri storeUrl, ArtifactTokens tokens, TimeProvider time) : IArtifactReader, IDisposable
{
    /// <inheritdoc/>
    public async Task<ArtifactVerification> VerifyAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var store = new ArtifactStoreClient(http, new StoreEndpoint(storeUrl, tokens.Issue(ArtifactScope.Read(digest))), time);
        try
        {
            var manifest = await store.ManifestAsync(digest, cancellationToken);
            if (manifest is null)
                return await CompareAsync(store, digest, null, $"blob {digest}", cancellationToken);
            foreach (var file in manifest.Entries)
            {
                if (await CompareAsync(store, file.Digest, file.Size, $"file {file.Path}", cancellationToken) is { Outcome: not ArtifactOutcome.Verified } wrong)
                    return wrong;
            }
            return ArtifactVerification.Verified with { SizeBytes = manifest.TotalSize };
        }
        catch (TransferException failure)
        {
            return new ArtifactVerification(OutcomeOf(failure.Kind), failure.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static async Task<ArtifactVerification> CompareAsync(
        ArtifactStoreClient store, Sha256Digest expected, long? size, string what, CancellationToken cancellationToken)
    {
        var (actual, read) = await store.HashAsync(expected, cancellationToken);
        if (actual != expected)
            return new ArtifactVerification(ArtifactOutcome.Mismatch, $"{what} has {read} bytes that hash to {actual}, not to {expected}");
        return size is null || size == read
            ? ArtifactVerification.Verified with { SizeBytes = read }
            : new ArtifactVerification(ArtifactOutcome.Mismatch, $"{what} has {read} bytes, the manifest says {size}");
    }

    private static ArtifactOutcome OutcomeOf(TransferFailure kind) => kind switch
    {
        TransferFailure.NotFound => ArtifactOutcome.NotFound,
        TransferFailure.BadData => ArtifactOutcome.Mismatch,
        _ => ArtifactOutcome.Unavailable,
    };
}
