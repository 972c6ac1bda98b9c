using ModelOperator.Artifacts;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts;

/// <summary>What a backing has, looked at behind the store's back: a folder, or a prefix of a bucket.</summary>
internal sealed class StoredBlobs(TempFolder folder, S3Server? s3) : IDisposable
{
    private readonly S3Bucket? _bucket = s3?.BucketOf(folder);

    private string Root => Path.Combine(folder.Path, "store");

    public void Dispose() => _bucket?.Dispose();

    public async Task<bool> HasAsync(Sha256Digest digest) =>
        _bucket is null ? File.Exists(PathOf(digest)) : await _bucket.SizeAsync(Key(digest), CancellationToken.None) is not null;

    public async Task AgeAsync(params Sha256Digest[] digests)
    {
        foreach (var digest in digests)
        {
            if (_bucket is null)
            {
                File.SetLastWriteTimeUtc(PathOf(digest), DateTime.UnixEpoch);
                continue;
            }

            foreach (var mark in await KeysAsync($"used/{digest.Hex}/"))
                await _bucket.DeleteAsync(mark, CancellationToken.None);
            await PutAsync($"used/{digest.Hex}/0", []);
        }
    }

    /// <summary>All blobs with their bytes.</summary>
    public async Task<List<(string Name, byte[] Bytes)>> ReadAllAsync()
    {
        if (_bucket is null)
            return [.. Directory.GetFiles(Path.Combine(Root, "blobs"), "*", SearchOption.AllDirectories).Select(static file => (Path.GetFileName(file), File.ReadAllBytes(file)))];
        List<(string, byte[])> all = [];
        await foreach (var one in _bucket.ListAsync("blobs/", CancellationToken.None))
        {
            await using var body = await _bucket.OpenReadAsync(one.Key, 0, Math.Max(one.Size, 1), CancellationToken.None);
            using var bytes = new MemoryStream();
            // Deleted since it was listed.
            if (body is null)
                continue;
            await body.CopyToAsync(bytes);
            all.Add((one.Key[(one.Key.LastIndexOf('/') + 1)..], bytes.ToArray()));
        }

        return all;
    }

    public async Task<int> CountAsync() =>
        _bucket is null ? Directory.GetFiles(Path.Combine(Root, "blobs"), "*", SearchOption.AllDirectories).Length : (await KeysAsync("blobs/")).Count;

    /// <summary>Every blob is what it is named.</summary>
    public async Task AssertNothingPartialAsync() => Assert.All(await ReadAllAsync(), static blob => Assert.Equal(blob.Name, Sha256Digest.Of(blob.Bytes).Hex));

    /// <summary>Puts a blob there as a store would have, long ago.</summary>
    public async Task PutOldAsync(byte[] bytes)
    {
        var digest = Sha256Digest.Of(bytes);
        if (_bucket is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(digest))!);
            await File.WriteAllBytesAsync(PathOf(digest), bytes);
        }
        else
        {
            await PutAsync(Key(digest), bytes);
        }

        await AgeAsync(digest);
    }

    /// <summary>Puts any bytes in the place of an object.</summary>
    public async Task PutAsync(string key, byte[] bytes)
    {
        var file = folder.Write($"put/{Sha256Digest.Of(bytes).Hex}", bytes);
        await _bucket!.PutAsync(key, file, bytes.Length, Sha256Digest.Of(bytes).Hex, CancellationToken.None);
    }

    public async Task<List<string>> KeysAsync(string prefix)
    {
        List<string> keys = [];
        await foreach (var one in _bucket!.ListAsync(prefix, CancellationToken.None))
            keys.Add(one.Key);
        return keys;
    }

    public static string Key(Sha256Digest digest) => $"blobs/sha256/{digest.Hex[..2]}/{digest.Hex}";

    private string PathOf(Sha256Digest digest) => Path.Combine(Root, "blobs", "sha256", digest.Hex[..2], digest.Hex);
}
