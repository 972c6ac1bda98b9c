using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace ModelOperator.Artifacts;

/// <summary>
/// One upload on the volume: the bytes in <c>&lt;id&gt;.part</c>, and <c>&lt;id&gt;.json</c> with how many of them are there for good. One request writes at a time;
/// the holder of the gate alone may change it.
/// </summary>
internal sealed class ResumableUpload : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    // What a crash in the middle of a request costs at most.
    private const long SaveEvery = 32 * 1024 * 1024;

    private readonly string _folder;
    private readonly string _id;
    private readonly SemaphoreSlim _gate = new(1);
    private IncrementalHash? _hash;
    private long _hashed;

    public ResumableUpload(string folder, string id, UploadState state) => (_folder, _id, State) = (folder, id, state);

    public UploadState State { get; private set; }

    public string PartFile => Path.Combine(_folder, _id + ".part");

    private string StateFile => Path.Combine(_folder, _id + ".json");

    /// <summary>An upload that a predecessor left; null when what it left is no upload.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "It is handed to the caller; without one it holds nothing yet.")]
    public static ResumableUpload? Load(string folder, string id)
    {
        var upload = new ResumableUpload(folder, id, new UploadState { Hex = "", Caller = "", Length = 0, Offset = 0, LastUsed = default });
        try
        {
            if (JsonSerializer.Deserialize(File.ReadAllBytes(upload.StateFile), ArtifactsJson.Default.UploadState) is { } state
                && new FileInfo(upload.PartFile) is { Exists: true } part && part.Length >= state.Offset)
            {
                upload.State = state;
                return upload;
            }
        }
        catch (Exception failure) when (failure is JsonException or FileNotFoundException)
        {
            // Cut off while it was made or ended.
        }

        upload.Discard();
        return null;
    }

    public bool TryEnter() => _gate.Wait(0);

    public void Leave() => _gate.Release();

    /// <summary>Makes the files of a new upload.</summary>
    public void Create()
    {
        File.WriteAllBytes(PartFile, []);
        SaveState(State);
    }

    /// <summary>Appends a body; what came before it broke off stays.</summary>
    public async Task AppendAsync(Stream body, TimeProvider time, CancellationToken cancellationToken)
    {
        await HashWhatIsThereAsync();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        await using var file = new FileStream(PartFile, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        // After a crash there may be bytes that were never said to be there.
        file.SetLength(State.Offset);
        file.Position = State.Offset;
        try
        {
            int read;
            while (_hashed < State.Length && (read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, State.Length - _hashed)), cancellationToken)) > 0)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
                _hash!.AppendData(buffer, 0, read);
                _hashed += read;
                if (_hashed - State.Offset >= SaveEvery)
                    Save(file, time);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Save(file, time);
        }
    }

    /// <summary>What all bytes hash to.</summary>
    public async Task<Sha256Digest> DigestAsync()
    {
        await HashWhatIsThereAsync();
        return Sha256Digest.FromHash(_hash!.GetCurrentHash());
    }

    /// <summary>Removes what is left of it.</summary>
    public void Discard()
    {
        // Bytes that nothing speaks of are removed at start.
        File.Delete(StateFile);
        File.Delete(PartFile);
    }

    public void Dispose()
    {
        _hash?.Dispose();
        _gate.Dispose();
    }

    /// <summary>After a restart, or a write that failed, the bytes are read again. Not ended with the request: the next one finds it done.</summary>
    private async Task HashWhatIsThereAsync()
    {
        if (_hash is not null && _hashed == State.Offset)
            return;
        _hash?.Dispose();
        _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _hashed = 0;
        var buffer = new byte[BufferBytes];
        await using var file = new FileStream(PartFile, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        while (_hashed < State.Offset && await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, State.Offset - _hashed))) is var read && read > 0)
        {
            _hash.AppendData(buffer, 0, read);
            _hashed += read;
        }
    }

    private void Save(FileStream file, TimeProvider time)
    {
        if (_hashed == State.Offset)
            return;
        RandomAccess.FlushToDisk(file.SafeFileHandle);
        SaveState(State with { Offset = _hashed, LastUsed = time.GetUtcNow() });
    }

    private void SaveState(UploadState state)
    {
        var temporary = StateFile + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, state, ArtifactsJson.Default.UploadState);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, StateFile, overwrite: true);
        UnixFiles.SyncDirectory(_folder);
        State = state;
    }
}
