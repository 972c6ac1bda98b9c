using System.Net;

namespace ModelOperator.Artifacts;

/// <summary>Body of an upload that tells when it moves and never buffers: so many bytes of a stream from where it is, which may go on behind them.</summary>
internal sealed class UploadContent(Stream body, long length, IdleGuard guard, Action<long> sent) : HttpContent
{
    private const int BufferBytes = 256 * 1024;

    // Who takes the bytes may pass them on, at 8 MiB/s or more, before it answers.
    private const double PassedOnPerSecond = 8 << 20;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        var left = length;
        int read;
        while ((read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferBytes, left)), cancellationToken)) > 0)
        {
            left -= read;
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            guard.Touch();
            sent(read);
        }

        guard.Touch(TimeSpan.FromSeconds(length / PassedOnPerSecond));
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
