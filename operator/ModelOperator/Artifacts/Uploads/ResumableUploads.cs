using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.Artifacts;

/// <summary>
/// Uploads that outlive broken connections and restarts of the store, below <c>uploads</c> on the volume. A caller has one for a digest, found again by who asks:
/// there is nothing to remember on the caller's side. Nothing of it is visible before it is whole and its hash is right. Thread-safe.
/// </summary>
public sealed class ResumableUploads : IDisposable
{
    /// <summary>Uploads that may be under way at once.</summary>
    public const int Most = 1000;

    /// <summary>How many of them one namespace may have, or one caller without: nobody's uploads keep all others from beginning.</summary>
    public const int MostOfOne = Most / 4;

    private readonly string _folder;
    private readonly BlobStore _blobs;
    private readonly ArtifactStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, ResumableUpload> _uploads = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Takes over what a predecessor left.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The table owns the uploads.")]
    public ResumableUploads(BlobStore blobs, ArtifactStoreOptions options, TimeProvider time)
    {
        (_folder, _blobs, _options, _time) = (Path.Combine(options.Root, "uploads"), blobs, options, time);
        Directory.CreateDirectory(_folder);
        UnixFiles.SyncDirectory(options.Root);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in Directory.EnumerateFiles(_folder, "*.json").Select(Path.GetFileNameWithoutExtension).OfType<string>().ToList())
        {
            if (ResumableUpload.Load(_folder, id) is not { } upload)
                continue;
            _uploads[id] = upload;
            known.Add(id);
            blobs.Usage.Reserve(upload.State.Namespace, upload.State.Length);
        }

        foreach (var file in Directory.EnumerateFiles(_folder).Where(file => !known.Contains(Path.GetFileNameWithoutExtension(file)) || file.EndsWith(".new", StringComparison.Ordinal)).ToList())
            File.Delete(file);
        Expire();
    }

    /// <summary>Begins an upload, or finds the one that is under way.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The table owns the upload.")]
    public UploadStep Begin(AdmittedRequest who, long length)
    {
        lock (_gate)
        {
            ExpireInTurn();
            if (Find(who) is { } known)
            {
                if (known.State.Length == length)
                    return new(UploadOutcome.Open, known.State.Offset);
                if (!known.TryEnter())
                    return new(UploadOutcome.Busy);
                Remove(who, known);
                known.Leave();
            }

            if (Refusal(who, length) is { } refused)
                return new(UploadOutcome.Ended, 0, refused);
            if (_uploads.Count >= Most || _uploads.Values.Count(upload => IsOfSame(upload.State, who)) >= MostOfOne)
                return new(UploadOutcome.TooMany);
            // At once: what comes by other ways counts for the same limit meanwhile.
            if (_blobs.Usage.TryReserve(who.Namespace, length) is { } full)
                return new(UploadOutcome.Ended, 0, new(BlobPutOutcome.QuotaExceeded, Detail: full));
            var state = new UploadState { Hex = who.Digest.Hex, Caller = who.Caller, Namespace = who.Namespace, Length = length, Offset = 0, LastUsed = _time.GetUtcNow() };
            var upload = new ResumableUpload(_folder, IdOf(who), state);
            try
            {
                upload.Create();
            }
            catch
            {
                _blobs.Usage.Reserve(who.Namespace, -length);
                throw;
            }

            _uploads[IdOf(who)] = upload;
            return new(UploadOutcome.Open);
        }
    }

    /// <summary>Where an upload stands; null when there is none.</summary>
    public UploadState? StateOf(AdmittedRequest who)
    {
        lock (_gate)
            return Find(who)?.State;
    }

    /// <summary>When an upload is removed unless more of it comes.</summary>
    public DateTimeOffset ExpiryOf(UploadState state) => state.LastUsed + _options.UploadExpiry;

    /// <summary>Appends a body to an upload, and ends it when that is all.</summary>
    /// <exception cref="IOException">The body broke off, the volume is full or the backing of the store is away; what came stays.</exception>
    public async Task<UploadStep> AppendAsync(AdmittedRequest who, long offset, long count, Stream body, CancellationToken cancellationToken)
    {
        ResumableUpload upload;
        lock (_gate)
        {
            if (Find(who) is not { } found)
                return new(UploadOutcome.NotFound);
            if (!found.TryEnter())
                return new(UploadOutcome.Busy, found.State.Offset);
            upload = found;
        }

        try
        {
            if (offset != upload.State.Offset || count > upload.State.Length - offset)
                return new(UploadOutcome.WrongOffset, upload.State.Offset);
            if (_blobs.RoomRefusal(count) is { } full)
                return new(UploadOutcome.Ended, 0, full);
            await upload.AppendAsync(body, _time, cancellationToken);
            return upload.State.Offset < upload.State.Length ? new(UploadOutcome.Open, upload.State.Offset) : await EndAsync(who, upload);
        }
        finally
        {
            upload.Leave();
        }
    }

    /// <summary>Gives an upload up.</summary>
    public UploadStep Cancel(AdmittedRequest who)
    {
        lock (_gate)
        {
            if (Find(who) is not { } upload)
                return new(UploadOutcome.NotFound);
            if (!upload.TryEnter())
                return new(UploadOutcome.Busy);
            Remove(who, upload);
            upload.Leave();
            return new(UploadOutcome.Ended);
        }
    }

    /// <summary>Removes uploads that nothing came for: what is set aside for them is given back.</summary>
    public void Expire()
    {
        lock (_gate)
            ExpireInTurn();
    }

    /// <summary>The part of the metrics page.</summary>
    public string Render()
    {
        lock (_gate)
        {
            var text = new StringBuilder();
            StoreCounters.Append(text, "modelop_store_resumable_uploads", "gauge", "Resumable uploads that are under way or were left.", _uploads.Count);
            StoreCounters.Append(text, "modelop_store_resumable_bytes", "gauge", "Bytes of these that came.", _uploads.Values.Sum(static upload => upload.State.Offset));
            return text.ToString();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var upload in _uploads.Values)
                upload.Dispose();
        }
    }

    /// <summary>Ends an upload all of whose bytes came; it stays, to be ended by the next request, when the backing of the store is away.</summary>
    private async Task<UploadStep> EndAsync(AdmittedRequest who, ResumableUpload upload)
    {
        var actual = await upload.DigestAsync();
        var isWhole = actual == who.Digest;
        // What was set aside for it is its own after this.
        var result = isWhole
            ? await _blobs.AdoptAsync(upload.PartFile, who.Digest, upload.State.Length, upload.State.Namespace, reserved: true)
            : new BlobPutResult(BlobPutOutcome.DigestMismatch, actual);
        lock (_gate)
            Remove(IdOf(who), upload, isReserved: !isWhole);
        return new(UploadOutcome.Ended, upload.State.Length, result);
    }

    private void ExpireInTurn()
    {
        var now = _time.GetUtcNow();
        foreach (var (id, upload) in _uploads.Where(one => ExpiryOf(one.Value.State) <= now).ToList())
        {
            if (!upload.TryEnter())
                continue;
            Remove(id, upload);
            upload.Leave();
        }
    }

    private BlobPutResult? Refusal(AdmittedRequest who, long length)
    {
        if (length > _options.MaxUploadBytes)
            return new(BlobPutOutcome.TooLarge);
        return _blobs.RoomRefusal(length);
    }

    private static bool IsOfSame(UploadState state, AdmittedRequest who) => who.Namespace is null ? state.Namespace is null && state.Caller == who.Caller : state.Namespace == who.Namespace;

    private ResumableUpload? Find(AdmittedRequest who) => _uploads.GetValueOrDefault(IdOf(who));

    private void Remove(AdmittedRequest who, ResumableUpload upload) => Remove(IdOf(who), upload);

    private void Remove(string id, ResumableUpload upload, bool isReserved = true)
    {
        _uploads.Remove(id);
        if (isReserved)
            _blobs.Usage.Reserve(upload.State.Namespace, -upload.State.Length);
        upload.Discard();
    }

    private static string IdOf(AdmittedRequest who) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{who.Caller}\n{who.Namespace}\n{who.Digest.Hex}"))))[..32];
}
