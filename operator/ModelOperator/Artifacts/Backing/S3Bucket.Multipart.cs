using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;

namespace ModelOperator.Artifacts;

/// <content>Uploads in parts, which are no object before they are completed.</content>
public sealed partial class S3Bucket
{
    private const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    // Putting a thousand parts together takes a service its time.
    private static readonly TimeSpan CompletionTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Begins an upload in parts.</summary>
    public Task<string> BeginAsync(string key, CancellationToken cancellationToken) => AskAsync(
        new(HttpMethod.Post, key) { Query = [new("uploads", "")] },
        static async body => (await Datasets.S3Xml.ReadAsync(body, "UploadId")).Leaves is [{ Value.Length: > 0 } id] ? id.Value : throw new FormatException("it names no upload"),
        cancellationToken);

    /// <summary>Uploads one part.</summary>
    /// <param name="key">Key.</param>
    /// <param name="upload">Upload.</param>
    /// <param name="number">Number of the part, from 1.</param>
    /// <param name="file">File.</param>
    /// <param name="from">Where the part begins in it.</param>
    /// <param name="count">Bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The part's tag, for <see cref="CompleteAsync"/>.</returns>
    public async Task<string> PutPartAsync(string key, string upload, int number, string file, long from, long count, CancellationToken cancellationToken)
    {
        var hash = await HashAsync(file, from, count, cancellationToken);
        return await RunAsync(
            new(HttpMethod.Put, key)
            {
                Query = [new("partNumber", number.ToString(CultureInfo.InvariantCulture)), new("uploadId", upload)],
                File = file,
                From = from,
                Count = count,
                Hash = hash,
            },
            static (response, _) => Task.FromResult(response.Headers.TryGetValues("ETag", out var tags) && tags.FirstOrDefault() is { Length: > 0 } tag ? tag : throw new FormatException("it names no ETag")),
            cancellationToken);
    }

    /// <summary>Makes the parts one object, at once.</summary>
    /// <exception cref="BackingException">It did not happen, or nobody knows.</exception>
    public Task CompleteAsync(string key, string upload, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        var text = new StringBuilder($"<CompleteMultipartUpload xmlns=\"{Namespace}\">");
        for (var i = 0; i < tags.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"<Part><PartNumber>{i + 1}</PartNumber><ETag>{System.Security.SecurityElement.Escape(tags[i])}</ETag></Part>");
        var body = text.Append("</CompleteMultipartUpload>").ToString();
        var call = new S3Call(HttpMethod.Post, key)
        {
            Query = [new("uploadId", upload)],
            Text = body,
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))),
            Timeout = CompletionTimeout,
        };
        return AskAsync(call, async answer =>
        {
            // The service says 200 while it works, and what came of it in the text.
            var (root, leaves) = await Datasets.S3Xml.ReadAsync(answer, "Code");
            return root == "CompleteMultipartUploadResult"
                ? true
                : throw new TransferException(TransferFailure.Unavailable, BackingException.Unavailable, $"{Name}{key}: the parts were not put together: {root} {(leaves.Count > 0 ? leaves[0].Value : "")}");
        }, cancellationToken);
    }

    /// <summary>Gives an upload in parts up; one that is not there is no failure.</summary>
    public Task AbortAsync(string key, string upload, CancellationToken cancellationToken) =>
        RunAsync(new(HttpMethod.Delete, key) { Query = [new("uploadId", upload)] }, static (_, _) => Task.FromResult(true), cancellationToken, missing: true);

    /// <summary>Uploads in parts below a prefix that were begun and neither completed nor given up.</summary>
    public async Task<IReadOnlyList<UploadInParts>> UploadsAsync(string prefix, CancellationToken cancellationToken)
    {
        var all = new List<UploadInParts>();
        (string Key, string Id)? next = null;
        do
        {
            var query = new List<KeyValuePair<string, string>> { new("uploads", ""), new("prefix", _options.Prefix + prefix) };
            if (next is var (fromKey, fromId))
                query.AddRange([new("key-marker", fromKey), new("upload-id-marker", fromId)]);
            var page = await AskAsync(new(HttpMethod.Get, null) { Query = query }, ReadUploadsAsync, cancellationToken);
            next = page.Next;
            all.AddRange(page.Uploads);
        }
        while (next is not null);
        return all;
    }

    /// <summary>Whether an upload was begun so long ago that nobody goes on with it.</summary>
    public bool IsOrphan(UploadInParts upload) => upload.Begun <= _time.GetUtcNow() - _options.OrphanAge;

    private async Task<(List<UploadInParts> Uploads, (string Key, string Id)? Next)> ReadUploadsAsync(Stream body)
    {
        var (root, leaves) = await Datasets.S3Xml.ReadAsync(body, "Key", "UploadId", "Initiated", "IsTruncated", "NextKeyMarker", "NextUploadIdMarker");
        if (root != "ListMultipartUploadsResult")
            throw new FormatException($"its root is {root}");
        var texts = leaves.ToLookup(static leaf => leaf.Key, static leaf => leaf.Value);
        var page = texts["Key"].Zip(texts["UploadId"], texts["Initiated"])
            .Select(one => new UploadInParts(one.First[_options.Prefix.Length..], one.Second, XmlConvert.ToDateTimeOffset(one.Third))).ToList();
        if (texts["IsTruncated"].FirstOrDefault() != "true")
            return (page, null);
        return texts["NextKeyMarker"].FirstOrDefault() is { } key && texts["NextUploadIdMarker"].FirstOrDefault() is { } id
            ? (page, (key, id))
            : throw new FormatException("it is truncated and does not say where it goes on");
    }

    private static async Task<string> HashAsync(string file, long from, long count, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        var buffer = new byte[256 * 1024];
        for (long done = 0; done < count;)
        {
            var read = await RandomAccess.ReadAsync(handle, buffer.AsMemory(0, (int)Math.Min(buffer.Length, count - done)), from + done, cancellationToken);
            if (read == 0)
                throw new IOException($"{file} has become shorter");
            hash.AppendData(buffer, 0, read);
            done += read;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
