using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

/// <summary>
/// A blob of a backing elsewhere, to be sought in: only what is read is asked for, and a connection that breaks is made anew where it broke. A blob that is
/// read from its first byte to its last is hashed; its last bytes are given only when the hash is right, so no reader ever has all of a blob that is not what
/// it is named.
/// </summary>
internal sealed class BlobReadStream : ReadOnlyStream
{
    private const int Reopenings = 3;

    private readonly IBlobBacking _backing;
    private readonly Sha256Digest _digest;
    private readonly long _size;
    private readonly long _wantedTo;
    private readonly Action<string> _corrupt;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Stream? _body;
    private long _bodyAt;
    private long _position;
    private long _hashed;

    /// <summary>Asks for nothing yet.</summary>
    /// <param name="backing">Where it is.</param>
    /// <param name="digest">Blob.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="wantedTo">Last byte that somebody wants, where that is known: no more is asked for.</param>
    /// <param name="corrupt">Told what is wrong with the bytes.</param>
    public BlobReadStream(IBlobBacking backing, Sha256Digest digest, long size, long? wantedTo, Action<string> corrupt) =>
        (_backing, _digest, _size, _wantedTo, _corrupt) = (backing, digest, size, Math.Min(wantedTo ?? size - 1, size - 1), corrupt);

    public override bool CanSeek => true;

    public override long Length => _size;

    public override long Position { get => _position; set => _position = value; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= _size || buffer.IsEmpty)
            return 0;
        var read = await ReadBodyAsync(buffer, cancellationToken);
        if (_hashed == _position)
        {
            _hash.AppendData(buffer.Span[..read]);
            _hashed += read;
        }

        _position += read;
        if (_hashed == _size && Sha256Digest.FromHash(_hash.GetCurrentHash()) is var actual && actual != _digest)
        {
            _corrupt($"its bytes hash to {actual}");
            throw new BackingException(BackingException.Corrupt, $"{_digest} is corrupt: its bytes hash to {actual}; upload it again");
        }

        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => _position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => _size + offset,
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body?.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                if (_body is null || _bodyAt != _position)
                    await OpenAsync(cancellationToken);
                var read = await _body!.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _size - _position)], cancellationToken);
                if (read == 0)
                    throw new EndOfStreamException($"the body ended at {_position} of {_size} bytes");
                _bodyAt += read;
                return read;
            }
            catch (Exception broken) when (broken is HttpRequestException or (IOException and not BackingException) && tries < Reopenings)
            {
                await CloseAsync();
            }
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        await CloseAsync();
        var to = _position <= _wantedTo ? _wantedTo : _size - 1;
        _body = await _backing.OpenReadAsync(_digest, _position, to - _position + 1, cancellationToken) ?? throw new BackingException(BackingException.Unavailable, $"{_digest} went while it was read");
        _bodyAt = _position;
    }

    private async Task CloseAsync()
    {
        if (_body is { } body)
            await body.DisposeAsync();
        _body = null;
    }
}
