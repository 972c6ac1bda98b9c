using System.Text.Json;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.Models;
using ModelOperator.Server.Predictions;
using ModelOperator.Server.Rows;
using ModelOperator.Server.V2;

namespace ModelOperator.Server.Http;

/// <summary>POST /predict, /predict/batch and the Open Inference Protocol's infer.</summary>
internal sealed class ScoringEndpoints(ServerOptions options, PredictionIds ids, ServerMetrics metrics)
{
    private const string PredictionOutput = "prediction";
    private const string IdOutput = "prediction_id";

    private readonly SingleReply _single = new(options, ids);

    /// <summary>Answers {"features": …} with one prediction and {"instances": […]} with a list.</summary>
    internal async ValueTask PredictAsync(HttpContext context, ServedModel model, bool batchOnly)
    {
        using var body = await RequestBody.ReadAsync(context.Request);
        using var rows = new RowBuffer(model.Rows.Columns);
        var single = JsonText.Read(body.Bytes, (ref Utf8JsonReader reader) => model.Rows.ReadRequest(ref reader, rows));
        if (single && batchOnly)
            throw RequestException.BadRequest("/predict/batch takes 'instances'; send one row to /predict");
        await ScoreAsync(model, rows, context.RequestAborted);
        if (single)
            await _single.WriteAsync(context.Response, rows.Predictions[0]);
        else
            await Reply.JsonAsync(context.Response, StatusCodes.Status200OK, (Self: this, Rows: rows), static (json, state) =>
            {
                json.WriteStartObject();
                state.Self.WritePredictions(json, state.Rows.Predictions);
                json.WriteString("model"u8, state.Self.Options.ModelName);
                json.WriteString("version"u8, state.Self.Options.ModelVersion);
                json.WriteEndObject();
            });
    }

    internal async ValueTask InferAsync(HttpContext context, ServedModel model)
    {
        using var body = await RequestBody.ReadAsync(context.Request);
        var mostCells = ServerOptions.MostRows * model.Rows.Columns;
        var request = JsonText.Read(body.Bytes, (ref Utf8JsonReader reader) => InferRequest.Read(ref reader, mostCells));
        foreach (var output in request.Outputs)
        {
            if (output is not (PredictionOutput or IdOutput))
                throw RequestException.BadRequest($"unknown output '{JsonText.Shorten(output)}'; the model has {PredictionOutput} and {IdOutput}");
        }

        using var rows = new RowBuffer(model.Rows.Columns);
        TensorRows.Encode(request, model.Rows, rows);
        await ScoreAsync(model, rows, context.RequestAborted);
        await Reply.JsonAsync(
            context.Response, StatusCodes.Status200OK, (Self: this, Rows: rows, Request: request),
            static (json, state) => state.Self.WriteInference(json, state.Request, state.Rows.Predictions));
    }

    private ServerOptions Options => options;

    private async ValueTask ScoreAsync(ServedModel model, RowBuffer rows, CancellationToken cancellationToken)
    {
        await model.PredictAsync(rows, cancellationToken);
        metrics.Scored(rows.Predictions, model.Document.Target.Type);
    }

    private void WritePredictions(Utf8JsonWriter json, ReadOnlySpan<float> predictions)
    {
        Span<byte> id = stackalloc byte[ids.Length];
        json.WriteStartArray("predictions"u8);
        foreach (var prediction in predictions)
        {
            ids.Write(prediction, id);
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteNumber("prediction"u8, prediction);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteInference(Utf8JsonWriter json, InferRequest request, ReadOnlySpan<float> predictions)
    {
        json.WriteStartObject();
        json.WriteString("model_name"u8, options.ModelName);
        json.WriteString("model_version"u8, options.ModelVersion);
        if (request.Id is not null)
            json.WriteString("id"u8, request.Id);
        json.WriteStartArray("outputs"u8);
        if (request.Outputs.Count == 0 || request.Outputs.Contains(PredictionOutput, StringComparer.Ordinal))
            WriteOutput(json, PredictionOutput, "FP32", predictions, static (writer, value) => writer.WriteNumberValue(value));
        if (request.Outputs.Count == 0 || request.Outputs.Contains(IdOutput, StringComparer.Ordinal))
            WriteOutput(json, IdOutput, "BYTES", predictions, (writer, value) => writer.WriteStringValue(ids.Create(value)));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter json, string name, string datatype, ReadOnlySpan<float> predictions, Action<Utf8JsonWriter, float> write)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("datatype"u8, datatype);
        json.WriteStartArray("shape"u8);
        json.WriteNumberValue(predictions.Length);
        json.WriteEndArray();
        json.WriteStartArray("data"u8);
        foreach (var prediction in predictions)
            write(json, prediction);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
