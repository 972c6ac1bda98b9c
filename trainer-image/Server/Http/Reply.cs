using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelOperator.Server.V2;

namespace ModelOperator.Server.Http;

/// <summary>Writes whole replies with their length, so that connections stay reusable and nothing is chunked.</summary>
internal static class Reply
{
    // The default encoder escapes what only HTML needs escaped, such as the quotes in our messages.
    private static readonly JsonWriterOptions Options =
        new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="response">The reply.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="state">What is written.</param>
    /// <param name="write">Writes the JSON, and what stands behind it.</param>
    /// <param name="tail">Stands behind the JSON; null for JSON alone.</param>
    internal static async ValueTask JsonAsync<T>(HttpResponse response, int status, T state, Action<Utf8JsonWriter, T> write, ArrayBufferWriter<byte>? tail = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        await using (var json = new Utf8JsonWriter(buffer, Options))
            write(json, state);
        if (tail is not null)
        {
            response.Headers[BinaryTensors.Header] = buffer.WrittenCount.ToString(CultureInfo.InvariantCulture);
            buffer.Write(tail.WrittenSpan);
        }

        await BytesAsync(response, status, tail is null ? "application/json" : "application/octet-stream", buffer.WrittenMemory);
    }

    internal static ValueTask TextAsync(HttpResponse response, string contentType, string text) =>
        BytesAsync(response, StatusCodes.Status200OK, contentType, Encoding.UTF8.GetBytes(text));

    internal static ValueTask ErrorAsync(HttpResponse response, int status, string message) =>
        JsonAsync(response, status, message, static (json, text) =>
        {
            json.WriteStartObject();
            json.WriteString("error"u8, text);
            json.WriteEndObject();
        });

    internal static async ValueTask BytesAsync(HttpResponse response, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.BodyWriter.WriteAsync(body, response.HttpContext.RequestAborted);
    }
}
