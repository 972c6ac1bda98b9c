using System.Text;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Models;
using ModelOperator.Server.Predictions;
using ModelOperator.Server.Rows;
using ModelOperator.Server.V2;

namespace ModelOperator.Server.Http;

/// <summary>POST /predict, /predict/batch and the Open Inference Protocol's infer.</summary>
internal static class ScoringEndpoints
{
    /// <summary>Answers {"features": …} with one prediction and {"instances": […]} with a list.</summary>
    internal static async ValueTask PredictAsync(HttpContext context, VersionUse use, RequestDeadline deadline, bool batchOnly)
    {
        var (model, books) = (use.Model, use.Books);
        using var body = await RequestBody.ReadAsync(context.Request, deadline);
        using var rows = model.NewRows();
        var single = model.Rows.Scan(body.Bytes, rows) ?? Read(model.Rows, body.Bytes, rows);
        if (single && batchOnly)
            throw RequestException.BadRequest("/predict/batch takes 'instances'; send one row to /predict");
        await ScoreAsync(use, rows, deadline);
        if (rows.Outputs > 1)
            await ClassesAsync(context.Response, books, rows, model.Document, single);
        else if (single)
            await books.Reply.SingleAsync(context.Response, rows, model.Document);
        else
            await books.Reply.ListAsync(context.Response, rows, model.Document);
    }

    // Apart from its caller, which would make the delegate for every request.
    private static bool Read(RowReader reader, ReadOnlySpan<byte> body, RowBuffer rows) =>
        JsonText.Read(body, (ref Utf8JsonReader json) => reader.ReadRequest(ref json, rows));

    internal static async ValueTask InferAsync(HttpContext context, VersionUse use, RequestDeadline deadline)
    {
        var (model, books) = (use.Model, use.Books);
        using var body = await RequestBody.ReadAsync(context.Request, deadline, takesBinary: true);
        var mostCells = ServerOptions.MostRows * model.Rows.Columns;
        var request = JsonText.Read(body.Bytes[..body.JsonLength], (ref Utf8JsonReader reader) => InferRequest.Read(ref reader, mostCells));
        request = BinaryTensors.Attach(request, body.Bytes[body.JsonLength..], mostCells);
        var outputs = new InferOutputs(model.Document.Target);
        outputs.Check(request);
        using var rows = model.NewRows();
        TensorRows.Encode(request, model.Rows, rows);
        await ScoreAsync(use, rows, deadline);
        var tail = outputs.Tail(request);
        var made = InferOutputs.WantsIds(request) || books.Log.IsOn ? MakeIds(books, rows, model.Document) : null;
        await Reply.JsonAsync(
            context.Response,
            StatusCodes.Status200OK,
            (Books: books, Outputs: outputs, Rows: rows, Request: request, Made: made, Tail: tail),
            static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteString("model_name"u8, state.Books.Model);
                json.WriteString("model_version"u8, state.Books.Version);
                if (state.Request.Id is not null)
                    json.WriteString("id"u8, state.Request.Id);
                state.Outputs.Write(json, state.Request, state.Rows, state.Made, state.Tail);
                json.WriteEndObject();
            },
            tail);
    }

    private static async ValueTask ScoreAsync(VersionUse use, RowBuffer rows, RequestDeadline deadline)
    {
        var model = use.Model;
        await model.PredictAsync(rows, model.PredictsAtOnce(rows.Count) ? CancellationToken.None : deadline.Token);
        use.Books.Metrics.Scored(Answer.Values(rows), model.Document.Target);
        model.Drift.Observe(rows);
        // A client that reads its reply slowly keeps no replaced model in memory.
        use.Dispose();
    }

    // A prediction is logged under its id, whether or not the client wants to know that.
    private static string[] MakeIds(VersionBooks books, RowBuffer rows, ModelDocument document)
    {
        Span<byte> id = stackalloc byte[books.Ids.Length];
        var values = Answer.Values(rows);
        var made = new string[rows.Count];
        for (var row = 0; row < made.Length; row++)
        {
            books.Ids.Write(values[row], id);
            books.Log.Take(id, values[row], document, rows, row);
            made[row] = Encoding.UTF8.GetString(id);
        }

        return made;
    }

    private static ValueTask ClassesAsync(HttpResponse response, VersionBooks books, RowBuffer rows, ModelDocument document, bool single) =>
        Reply.JsonAsync(response, StatusCodes.Status200OK, (Books: books, Rows: rows, Document: document, Single: single), static (json, state) =>
        {
            json.WriteStartObject();
            if (!state.Single)
                json.WriteStartArray("predictions"u8);
            WriteRows(json, state.Books, state.Rows, state.Document, state.Single);
            if (!state.Single)
                json.WriteEndArray();
            json.WriteString("model"u8, state.Books.Model);
            json.WriteString("version"u8, state.Books.Version);
            json.WriteEndObject();
        });

    private static void WriteRows(Utf8JsonWriter json, VersionBooks books, RowBuffer rows, ModelDocument document, bool single)
    {
        Span<byte> id = stackalloc byte[books.Ids.Length];
        var values = Answer.Values(rows);
        for (var row = 0; row < rows.Count; row++)
        {
            books.Ids.Write(values[row], id);
            books.Log.Take(id, values[row], document, rows, row);
            if (!single)
                json.WriteStartObject();
            json.WriteString("id"u8, id);
            Answer.Write(json, Answer.Row(rows, row), document.Target);
            if (!single)
                json.WriteEndObject();
        }
    }
}
