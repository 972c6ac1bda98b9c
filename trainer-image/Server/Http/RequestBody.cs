using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using ModelOperator.Server.V2;

namespace ModelOperator.Server.Http;

/// <summary>A request's whole body in pooled memory.</summary>
internal sealed class RequestBody : IDisposable
{
    // Some 250 rows: as long as they take, others may wait.
    private const int MostInlineBytes = 32 << 10;

    private byte[] _buffer;

    private RequestBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        Length = length;
    }

    internal int Length { get; }

    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    /// <summary>Bytes of the JSON; the rest are tensors.</summary>
    internal int JsonLength { get; private init; }

    /// <param name="request">The request.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="takesBinary">Whether tensors may stand behind the JSON: a request of the inference protocol, whose clients do not all say what they send.</param>
    /// <exception cref="RequestException">The type is not JSON, or the body is compressed (415), the body too large (413) or too late (408).</exception>
    internal static async ValueTask<RequestBody> ReadAsync(HttpRequest request, RequestDeadline deadline, bool takesBinary = false)
    {
        var json = JsonLengthOf(request, takesBinary);
        // A page of another origin cannot send the header unasked, nor this type.
        if (json is null && request.ContentType != "application/json" && !(takesBinary && IsUnsaid(request))
            && (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !IsJson(type)))
            throw new RequestException(
                StatusCodes.Status415UnsupportedMediaType, $"content type '{JsonText.Shorten(request.ContentType ?? "")}' is not supported, send application/json in UTF-8");
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && !string.Equals(encoding.ToString(), "identity", StringComparison.OrdinalIgnoreCase))
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, $"content encoding '{JsonText.Shorten(encoding.ToString())}' is not supported, send the body as it is");
        if (request.ContentLength > ServerOptions.MostBodyBytes)
            throw TooLarge();
        var reader = request.BodyReader;
        while (true)
        {
            var read = reader.TryRead(out var there) ? there : await MoreAsync(reader, deadline);
            if (read.IsCanceled)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                throw Ended(deadline);
            }

            if (read.Buffer.Length > ServerOptions.MostBodyBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge();
            }

            if (read.IsCompleted)
            {
                var length = (int)read.Buffer.Length;
                var buffer = ArrayPool<byte>.Shared.Rent(length);
                read.Buffer.CopyTo(buffer);
                reader.AdvanceTo(read.Buffer.End);
                // Other connections wait for this thread, see SocketThreads: what takes long goes on elsewhere.
                if (length > MostInlineBytes)
                    await Task.Yield();
                if (json > length)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    throw RequestException.BadRequest($"{BinaryTensors.Header} is {json}, but the body has {length} bytes");
                }

                return new RequestBody(buffer, length) { JsonLength = json ?? length };
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private static int? JsonLengthOf(HttpRequest request, bool takesBinary)
    {
        if (!request.Headers.TryGetValue(BinaryTensors.Header, out var header))
            return null;
        if (!takesBinary)
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "tensors behind the JSON are for infer; send JSON alone");
        return int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw RequestException.BadRequest($"{BinaryTensors.Header} is '{JsonText.Shorten(header.ToString())}', expected the number of bytes of the JSON");
    }

    // Not by a token: Kestrel's reader stays "reading" after that, cannot take the rest of the body away, and has an error in the log for every slow client.
    private static async ValueTask<ReadResult> MoreAsync(PipeReader reader, RequestDeadline deadline)
    {
        await using var registration = deadline.Token.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        return await reader.ReadAsync(CancellationToken.None);
    }

    private static Exception Ended(RequestDeadline deadline) => deadline.IsOver
        ? new RequestException(StatusCodes.Status408RequestTimeout, "the body did not arrive in time")
        : new OperationCanceledException("the client has gone away", deadline.Token);

    // KServe's client and tritonclient say nothing of a request that is JSON alone, and the latter's asyncio client says bytes. A page can send bytes only where it was let to, but a body of no type
    // unasked; browsers name its origin then.
    private static bool IsUnsaid(HttpRequest request) =>
        string.IsNullOrEmpty(request.ContentType) ? request.Headers.Origin.Count == 0 : string.Equals(request.ContentType, "application/octet-stream", StringComparison.OrdinalIgnoreCase);

    private static bool IsJson(MediaTypeHeaderValue type) =>
        string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));

    private static RequestException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than {ServerOptions.MostBodyBytes} bytes");
}
