using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

/// <summary>
/// One download into a file, hashed while it streams. A broken try is taken up where it broke when the other side names the
/// content by a strong ETag; otherwise it starts over.
/// </summary>
internal sealed class Download : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly HttpClient _http;
    private readonly DownloadSource _source;
    private readonly TransferProgress _progress;
    private readonly TimeProvider _time;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private EntityTagHeaderValue? _tag;
    private long _position;

    public Download(HttpClient http, DownloadSource source, string path, TransferProgress progress, TimeProvider time)
    {
        _http = http;
        _source = source;
        _progress = progress;
        _time = time;
        _file = LocalFiles.Create(path);
    }

    /// <summary>Downloads all of it, retrying as the policy says.</summary>
    public async Task<(Sha256Digest Digest, long Size)> RunAsync(Retry retry, CancellationToken cancellationToken)
    {
        await retry.RunAsync(_source.What, TryOnceAsync, () => _progress.Furthest, cancellationToken);
        return (Sha256Digest.FromHash(_hash.GetHashAndReset()), _position);
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private async Task<bool> TryOnceAsync(CancellationToken cancellationToken)
    {
        using var guard = new IdleGuard(TransferHttp.IdleTimeout, _time, cancellationToken);
        return await TransferHttp.RunAsync(_source.UnreachableReason, _source.Target, () => ExchangeAsync(guard), cancellationToken);
    }

    private async Task<bool> ExchangeAsync(IdleGuard guard)
    {
        using var request = _source.Request();
        if (_position > 0 && _tag is not null)
        {
            request.Headers.Range = new RangeHeaderValue(_position, null);
            request.Headers.IfRange = new RangeConditionHeaderValue(_tag);
        }
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
        guard.Touch();
        var continues = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == _position;
        if (!continues)
            StartOver();
        if (response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable || (response.StatusCode == HttpStatusCode.PartialContent && !continues))
            throw new TransferException(TransferFailure.Unavailable, _source.UnreachableReason, $"{_source.Target} cannot continue; starting over");
        await _source.Check(response, guard.Token);
        _tag = response.Headers.ETag is { IsWeak: false } tag ? tag : null;
        await ReceiveAsync(response, guard);
        return true;
    }

    private async Task ReceiveAsync(HttpResponseMessage response, IdleGuard guard)
    {
        await using var body = await response.Content.ReadAsStreamAsync(guard.Token);
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await body.ReadAsync(buffer, guard.Token)) > 0)
        {
            guard.Touch();
            await LocalFiles.WriteAsync(_file, buffer.AsMemory(0, read), guard.Token);
            _hash.AppendData(buffer, 0, read);
            _position += read;
            _progress.Report(_position);
        }
    }

    private void StartOver()
    {
        _ = _hash.GetHashAndReset();
        _file.SetLength(0);
        _file.Position = 0;
        _position = 0;
        _tag = null;
    }
}
