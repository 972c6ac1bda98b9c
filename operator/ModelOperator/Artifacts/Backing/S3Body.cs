namespace ModelOperator.Artifacts;

/// <summary>Body of an answer that is read on after the call; each read has a limit for the other side's silence.</summary>
internal sealed class S3Body(HttpResponseMessage response, Stream body, TimeSpan timeout, TimeProvider time) : ReadOnlyStream
{
    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var guard = new IdleGuard(timeout, time, cancellationToken);
        try
        {
            return await body.ReadAsync(buffer, guard.Token);
        }
        catch (OperationCanceledException silent) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("the service fell silent", silent);
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            response.Dispose();
        base.Dispose(disposing);
    }
}
