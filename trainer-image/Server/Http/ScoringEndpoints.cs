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
        var single = JsonText.Read(body.Bytes, (ref Utf8JsonReader reader) => model.Rows.ReadRequest(ref reader, rows));
        if (single && batchOnly)
            throw RequestException.BadRequest("/predict/batch takes 'instances'; send one row to /predict");
        await ScoreAsync(use, rows, deadline);
        var target = model.Document.Target;
        if (single && rows.Outputs == 1)
            await books.Single.WriteAsync(context.Response, rows.Predictions[0]);
        else
            await Reply.JsonAsync(context.Response, StatusCodes.Status200OK, (Books: books, Rows: rows, Target: target, Single: single), static (json, state) =>
            {
                json.WriteStartObject();
                if (state.Single)
                    WriteFirst(json, state.Books.Ids, state.Rows, state.Target);
                else
                    WritePredictions(json, state.Books.Ids, state.Rows, state.Target);
                json.WriteString("model"u8, state.Books.Model);
                json.WriteString("version"u8, state.Books.Version);
                json.WriteEndObject();
            });
    }

    internal static async ValueTask InferAsync(HttpContext context, VersionUse use, RequestDeadline deadline)
    {
        var (model, books) = (use.Model, use.Books);
        using var body = await RequestBody.ReadAsync(context.Request, deadline, takesBinary: true);
        var mostCells = ServerOptions.MostRows * model.Rows.Columns;
        var request = JsonText.Read(body.Bytes[..body.JsonLength], (ref Utf8JsonReader reader) => InferRequest.Read(ref reader, mostCells));
        request = BinaryTensors.Attach(request, body.Bytes[body.JsonLength..], mostCells);
        var outputs = new InferOutputs(model.Document.Target, books.Ids);
        outputs.Check(request);
        using var rows = model.NewRows();
        TensorRows.Encode(request, model.Rows, rows);
        await ScoreAsync(use, rows, deadline);
        var tail = outputs.Tail(request);
        await Reply.JsonAsync(
            context.Response,
            StatusCodes.Status200OK,
            (Books: books, Outputs: outputs, Rows: rows, Request: request, Tail: tail),
            static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteString("model_name"u8, state.Books.Model);
                json.WriteString("model_version"u8, state.Books.Version);
                if (state.Request.Id is not null)
                    json.WriteString("id"u8, state.Request.Id);
                state.Outputs.Write(json, state.Request, state.Rows, state.Tail);
                json.WriteEndObject();
            },
            tail);
    }

    private static async ValueTask ScoreAsync(VersionUse use, RowBuffer rows, RequestDeadline deadline)
    {
        var model = use.Model;
        await model.PredictAsync(rows, model.PredictsAtOnce ? CancellationToken.None : deadline.Token);
        use.Books.Metrics.Scored(Answer.Values(rows), model.Document.Target);
        model.Drift.Observe(rows);
        // A client that reads its reply slowly keeps no replaced model in memory.
        use.Dispose();
    }

    private static void WriteFirst(Utf8JsonWriter json, PredictionIds ids, RowBuffer rows, TargetDocument target)
    {
        Span<byte> id = stackalloc byte[ids.Length];
        ids.Write(Answer.Values(rows)[0], id);
        json.WriteString("id"u8, id);
        Answer.Write(json, rows.Predictions, target);
    }

    private static void WritePredictions(Utf8JsonWriter json, PredictionIds ids, RowBuffer rows, TargetDocument target)
    {
        Span<byte> id = stackalloc byte[ids.Length];
        var values = Answer.Values(rows);
        json.WriteStartArray("predictions"u8);
        for (var row = 0; row < rows.Count; row++)
        {
            ids.Write(values[row], id);
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            Answer.Write(json, Answer.Row(rows, row), target);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
