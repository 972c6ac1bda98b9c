using System.Buffers;
using System.IO.Pipelines;

namespace ModelOperator.Gateway.Traffic;

/// <summary>Reads a client's body into memory. A client that takes too long is told so (408): its slowness says nothing about a version.</summary>
internal static class ClientBody
{
    /// <summary>Fills a buffer.</summary>
    /// <param name="request">The request, its body unread.</param>
    /// <param name="buffer">Where the body goes.</param>
    /// <param name="cancellationToken">When the time is over, or the client gone.</param>
    /// <returns>How many bytes the body had; as many as fit where it has more.</returns>
    /// <exception cref="BadHttpRequestException">The body did not come in time, or is broken.</exception>
    public static async ValueTask<int> ReadAsync(HttpRequest request, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            var read = request.BodyReader.TryRead(out var there) ? there : await MoreAsync(request.BodyReader, cancellationToken);
            var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length - length));
            part.CopyTo(buffer.Span[length..]);
            length += (int)part.Length;
            request.BodyReader.AdvanceTo(part.End);
            if (read.IsCanceled)
                throw new BadHttpRequestException("The request body did not arrive in time.", StatusCodes.Status408RequestTimeout);
            if (read.IsCompleted && part.Length == read.Buffer.Length)
                break;
        }

        return length;
    }

    // Not by the token itself: Kestrel's reader stays "reading" after that, and has an error in the log for every slow client.
    private static async ValueTask<ReadResult> MoreAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        return await reader.ReadAsync(CancellationToken.None);
    }
}
