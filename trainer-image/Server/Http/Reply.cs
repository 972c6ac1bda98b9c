using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ModelOperator.Server.Http;

/// <summary>Writes whole replies with their length, so that connections stay reusable and nothing is chunked.</summary>
internal static class Reply
{
    // The default encoder escapes what only HTML needs escaped, such as the quotes in our messages.
    private static readonly JsonWriterOptions Options =
        new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static async ValueTask JsonAsync<T>(HttpResponse response, int status, T state, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        await using (var json = new Utf8JsonWriter(buffer, Options))
            write(json, state);
        await BytesAsync(response, status, "application/json", buffer.WrittenMemory);
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
