using System.Buffers;
using System.Net.Http.Headers;

namespace ModelOperator.Server.Http;

/// <summary>A request's whole body in pooled memory.</summary>
internal sealed class RequestBody : IDisposable
{
    // Some twenty rows.
    private const int MostInlineBytes = 4096;

    private byte[] _buffer;

    private RequestBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        Length = length;
    }

    internal int Length { get; }

    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    /// <exception cref="RequestException">The type is not JSON (415) or the body too large (413).</exception>
    internal static async ValueTask<RequestBody> ReadAsync(HttpRequest request)
    {
        if (request.Headers.ContainsKey("Inference-Header-Content-Length"))
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "binary tensor data is not supported, send tensors as JSON");
        if (request.ContentType != "application/json" && (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !IsJson(type)))
            throw new RequestException(
                StatusCodes.Status415UnsupportedMediaType, $"content type '{JsonText.Shorten(request.ContentType ?? "")}' is not supported, send application/json in UTF-8");
        if (request.ContentLength > ServerOptions.MostBodyBytes)
            throw TooLarge();
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
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
                return new RequestBody(buffer, length);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));

    private static RequestException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than {ServerOptions.MostBodyBytes} bytes");
}
