using ModelOperator.Artifacts;
using ModelOperator.ModelVersions;
using ModelOperator.Tests.Artifacts;

namespace ModelOperator.Tests.ModelVersions;

public sealed class StoreArtifactReaderTests
{
    [Fact]
    public async Task All_bytes_are_read_and_every_way_of_being_wrong_is_told()
    {
        await using var store = await StoreFixture.StartAsync();
        var body = StoreFixture.Bytes(1, 400_000);
        var big = await store.StoreAsync(body);
        var small = await store.StoreAsync("{}"u8.ToArray());
        var manifest = ArtifactManifest.Create([new ManifestEntry(small, 2, "model.json"), new ManifestEntry(big, body.Length, "trees.ubj")]);
        await store.StoreAsync(manifest.Bytes.ToArray());
        using var reader = new StoreArtifactReader(TransferHttp.ForStore(), store.Url, store.Tokens, TimeProvider.System);
        Assert.Equal(ArtifactVerification.Verified with { SizeBytes = 400_002 }, await reader.VerifyAsync(manifest.Digest, CancellationToken.None));
        Assert.Equal(ArtifactVerification.Verified with { SizeBytes = 400_000 }, await reader.VerifyAsync(big, CancellationToken.None));
        Assert.Equal(ArtifactOutcome.NotFound, (await reader.VerifyAsync(Sha256Digest.Of("none"u8), CancellationToken.None)).Outcome);

        var path = Path.Combine(store.Root, "blobs", "sha256", big.Hex[..2], big.Hex);
        body[399_999] ^= 1;
        await File.WriteAllBytesAsync(path, body);
        var mismatch = await reader.VerifyAsync(manifest.Digest, CancellationToken.None);
        Assert.Equal(ArtifactOutcome.Mismatch, mismatch.Outcome);
        Assert.Contains("trees.ubj", mismatch.Detail, StringComparison.Ordinal);

        File.Delete(path);
        Assert.Equal(ArtifactOutcome.NotFound, (await reader.VerifyAsync(manifest.Digest, CancellationToken.None)).Outcome);
        await store.StopAsync();
        Assert.Equal(ArtifactOutcome.Unavailable, (await reader.VerifyAsync(manifest.Digest, CancellationToken.None)).Outcome);
    }
}
