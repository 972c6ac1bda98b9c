using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.PredictionLogs;
using ModelOperator.Server.Predictions;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Http;

/// <summary>Writes <c>{"id": …, "prediction": …, "model": …, "version": …}</c>, of which only the first two change from one request to the next.</summary>
internal sealed class SingleReply
{
    // The longest shortest text of a float32: -1.17549435E-38.
    private const int MostNumber = 16;

    private readonly PredictionIds _ids;
    private readonly PredictionLog _log;
    private readonly byte[] _head = [.. "{\"id\":\""u8];
    private readonly byte[] _middle = [.. "\",\"prediction\":"u8];
    private readonly byte[] _tail;

    internal SingleReply(string model, string version, PredictionIds ids, PredictionLog log)
    {
        (_ids, _log) = (ids, log);
        _tail = Encoding.UTF8.GetBytes($",\"model\":\"{Escape(model)}\",\"version\":\"{Escape(version)}\"}}");
    }

    internal async ValueTask WriteAsync(HttpResponse response, RowBuffer rows, ModelDocument document)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(_head.Length + _ids.Length + _middle.Length + MostNumber + _tail.Length);
        var length = Write(rows, document, buffer);
        await Reply.BytesAsync(response, StatusCodes.Status200OK, "application/json", buffer.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private int Write(RowBuffer rows, ModelDocument document, Span<byte> buffer)
    {
        var prediction = rows.Predictions[0];
        if (!float.IsFinite(prediction))
            throw new RequestException(StatusCodes.Status500InternalServerError, "the model predicts no finite number");
        var at = Put(_head, buffer, 0);
        var id = buffer.Slice(at, _ids.Length);
        _ids.Write(prediction, id);
        _log.Take(id, prediction, document, rows, 0);
        at = Put(_middle, buffer, at + _ids.Length);
        prediction.TryFormat(buffer[at..], out var digits, default, CultureInfo.InvariantCulture);
        return Put(_tail, buffer, at + digits);
    }

    private static int Put(byte[] text, Span<byte> buffer, int at)
    {
        text.CopyTo(buffer[at..]);
        return at + text.Length;
    }

    private static JsonEncodedText Escape(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
