using System.Text;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.Models;
using ModelOperator.Server.PredictionLogs;
using ModelOperator.Server.Predictions;
using ModelOperator.Server.Rows;
using ModelOperator.Server.V2;

namespace ModelOperator.Server.Http;

/// <summary>POST /predict, /predict/batch and the Open Inference Protocol's infer.</summary>
internal sealed class ScoringEndpoints(ServerOptions options, PredictionIds ids, ServerMetrics metrics, PredictionLog log)
{
    private readonly SingleReply _single = new(options, ids, log);

    /// <summary>Answers {"features": …} with one prediction and {"instances": […]} with a list.</summary>
    internal async ValueTask PredictAsync(HttpContext context, ServedModel model, RequestDeadline deadline, bool batchOnly)
    {
        using var body = await RequestBody.ReadAsync(context.Request, deadline);
        using var rows = model.NewRows();
        var single = JsonText.Read(body.Bytes, (ref Utf8JsonReader reader) => model.Rows.ReadRequest(ref reader, rows));
        if (single && batchOnly)
            throw RequestException.BadRequest("/predict/batch takes 'instances'; send one row to /predict");
        await ScoreAsync(model, rows, deadline);
        if (single && rows.Outputs == 1)
            await _single.WriteAsync(context.Response, rows, model.Document);
        else
            await Reply.JsonAsync(context.Response, StatusCodes.Status200OK, (Self: this, Rows: rows, model.Document, Single: single), static (json, state) =>
            {
                json.WriteStartObject();
                if (state.Single)
                    state.Self.WriteFirst(json, state.Rows, state.Document);
                else
                    state.Self.WritePredictions(json, state.Rows, state.Document);
                json.WriteString("model"u8, state.Self.Options.ModelName);
                json.WriteString("version"u8, state.Self.Options.ModelVersion);
                json.WriteEndObject();
            });
    }

    internal async ValueTask InferAsync(HttpContext context, ServedModel model, RequestDeadline deadline)
    {
        using var body = await RequestBody.ReadAsync(context.Request, deadline, takesBinary: true);
        var mostCells = ServerOptions.MostRows * model.Rows.Columns;
        var request = JsonText.Read(body.Bytes[..body.JsonLength], (ref Utf8JsonReader reader) => InferRequest.Read(ref reader, mostCells));
        request = BinaryTensors.Attach(request, body.Bytes[body.JsonLength..], mostCells);
        var outputs = new InferOutputs(model.Document.Target);
        outputs.Check(request);
        using var rows = model.NewRows();
        TensorRows.Encode(request, model.Rows, rows);
        await ScoreAsync(model, rows, deadline);
        var tail = outputs.Tail(request);
        var made = InferOutputs.WantsIds(request) || log.IsOn ? MakeIds(rows, model.Document) : null;
        await Reply.JsonAsync(
            context.Response,
            StatusCodes.Status200OK,
            (Options: options, Outputs: outputs, Rows: rows, Request: request, Made: made, Tail: tail),
            static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteString("model_name"u8, state.Options.ModelName);
                json.WriteString("model_version"u8, state.Options.ModelVersion);
                if (state.Request.Id is not null)
                    json.WriteString("id"u8, state.Request.Id);
                state.Outputs.Write(json, state.Request, state.Rows, state.Made, state.Tail);
                json.WriteEndObject();
            },
            tail);
    }

    private ServerOptions Options => options;

    private async ValueTask ScoreAsync(ServedModel model, RowBuffer rows, RequestDeadline deadline)
    {
        await model.PredictAsync(rows, model.PredictsAtOnce ? CancellationToken.None : deadline.Token);
        metrics.Scored(Answer.Values(rows), model.Document.Target);
        model.Drift.Observe(rows);
    }

    // A prediction is logged under its id, whether or not the client wants to know that.
    private string[] MakeIds(RowBuffer rows, ModelDocument document)
    {
        Span<byte> id = stackalloc byte[ids.Length];
        var values = Answer.Values(rows);
        var made = new string[rows.Count];
        for (var row = 0; row < made.Length; row++)
        {
            ids.Write(values[row], id);
            log.Take(id, values[row], document, rows, row);
            made[row] = Encoding.UTF8.GetString(id);
        }

        return made;
    }

    private void WriteFirst(Utf8JsonWriter json, RowBuffer rows, ModelDocument document)
    {
        Span<byte> id = stackalloc byte[ids.Length];
        var value = Answer.Values(rows)[0];
        ids.Write(value, id);
        log.Take(id, value, document, rows, 0);
        json.WriteString("id"u8, id);
        Answer.Write(json, rows.Predictions, document.Target);
    }

    private void WritePredictions(Utf8JsonWriter json, RowBuffer rows, ModelDocument document)
    {
        Span<byte> id = stackalloc byte[ids.Length];
        var values = Answer.Values(rows);
        json.WriteStartArray("predictions"u8);
        for (var row = 0; row < rows.Count; row++)
        {
            ids.Write(values[row], id);
            log.Take(id, values[row], document, rows, row);
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            Answer.Write(json, Answer.Row(rows, row), document.Target);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
