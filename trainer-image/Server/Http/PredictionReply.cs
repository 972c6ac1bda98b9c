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

/// <summary>
/// Writes replies to rows that have one prediction each: <c>{"id": …, "prediction": …, "model": …, "version": …}</c> and <c>{"predictions": [{"id": …, "prediction": …}, …], …}</c>,
/// of which only ids and predictions change from one to the next.
/// </summary>
internal sealed class PredictionReply
{
    // The longest shortest text of a float32: -1.17549435E-38.
    private const int MostNumber = 16;

    private readonly PredictionIds _ids;
    private readonly PredictionLog _log;
    private readonly byte[] _before = [.. "{\"predictions\":["u8];
    private readonly byte[] _head = [.. "{\"id\":\""u8];
    private readonly byte[] _middle = [.. "\",\"prediction\":"u8];
    private readonly byte[] _between = [.. "},"u8];
    private readonly byte[] _tail;

    internal PredictionReply(string model, string version, PredictionIds ids, PredictionLog log)
    {
        (_ids, _log) = (ids, log);
        _tail = Encoding.UTF8.GetBytes($",\"model\":\"{Escape(model)}\",\"version\":\"{Escape(version)}\"}}");
    }

    private int MostRow => _head.Length + _ids.Length + _middle.Length + MostNumber + _between.Length;

    /// <summary>Answers one row.</summary>
    internal ValueTask SingleAsync(HttpResponse response, RowBuffer rows, ModelDocument document)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostRow + _tail.Length);
        Span<byte> id = stackalloc byte[_ids.Length];
        _ids.Write(rows.Predictions[0], id);
        var length = PutRow(rows, 0, id, document, buffer, 0);
        return SendAsync(response, buffer, Put(_tail, buffer, length));
    }

    /// <summary>Answers rows with a list.</summary>
    internal ValueTask ListAsync(HttpResponse response, RowBuffer rows, ModelDocument document)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(_before.Length + (rows.Count * MostRow) + _tail.Length);
        var predictions = rows.Predictions;
        Span<byte> ids = stackalloc byte[IdSeal.MostAtOnce * _ids.Length];
        var length = Put(_before, buffer, 0);
        for (var row = 0; row < rows.Count; row++)
        {
            var place = row % IdSeal.MostAtOnce;
            if (place == 0)
                _ids.Write(predictions.Slice(row, Math.Min(IdSeal.MostAtOnce, rows.Count - row)), ids);
            length = PutRow(rows, row, ids.Slice(place * _ids.Length, _ids.Length), document, buffer, length);
            length = Put(_between, buffer, length);
        }

        // Where the last comma stands.
        buffer[length - 1] = (byte)']';
        return SendAsync(response, buffer, Put(_tail, buffer, length));
    }

    private static async ValueTask SendAsync(HttpResponse response, byte[] buffer, int length)
    {
        await Reply.BytesAsync(response, StatusCodes.Status200OK, "application/json", buffer.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    // All but the closing bracket.
    private int PutRow(RowBuffer rows, int row, ReadOnlySpan<byte> id, ModelDocument document, Span<byte> buffer, int at)
    {
        var prediction = rows.Predictions[row];
        if (!float.IsFinite(prediction))
            throw new RequestException(StatusCodes.Status500InternalServerError, "the model predicts no finite number");
        _log.Take(id, prediction, document, rows, row);
        at = Put(_middle, buffer, Put(id, buffer, Put(_head, buffer, at)));
        prediction.TryFormat(buffer[at..], out var digits, default, CultureInfo.InvariantCulture);
        return at + digits;
    }

    private static int Put(ReadOnlySpan<byte> text, Span<byte> buffer, int at)
    {
        text.CopyTo(buffer[at..]);
        return at + text.Length;
    }

    private static JsonEncodedText Escape(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
