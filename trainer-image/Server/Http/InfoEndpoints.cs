using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Hosting;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.Models;
using ModelOperator.Server.PredictionLogs;
using ModelOperator.Server.V2;

namespace ModelOperator.Server.Http;

/// <summary>What can be asked about the server and its model.</summary>
internal sealed class InfoEndpoints(ModelState state, ServerMetrics metrics, PredictionLog log)
{
    private static readonly string ServerVersion = typeof(InfoEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0";

    internal static ValueTask ServerAsync(HttpResponse response) => Reply.JsonAsync(response, StatusCodes.Status200OK, ServerVersion, static (json, version) =>
    {
        json.WriteStartObject();
        json.WriteString("name"u8, "model-operator-server"u8);
        json.WriteString("version"u8, version);
        json.WriteStartArray("extensions"u8);
        json.WriteStringValue("binary_tensor_data"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    internal static ValueTask LiveAsync(HttpResponse response) => Reply.JsonAsync(response, StatusCodes.Status200OK, true, static (json, live) =>
    {
        json.WriteStartObject();
        json.WriteBoolean("live"u8, live);
        json.WriteEndObject();
    });

    internal ValueTask ReadyAsync(HttpResponse response)
    {
        var without = state.Slots.FirstOrDefault(static slot => slot is { Current: null, Refused: not null });
        return ReadyAsync(response, null, state.IsReady, without is null ? null : $"{without.Name}: {without.Refused?.Reason}");
    }

    internal ValueTask ModelReadyAsync(HttpResponse response, ModelSlot slot) =>
        ReadyAsync(response, slot.Name, state.IsReadyFor(slot), slot.Current is null ? slot.Refused?.Reason : null);

    internal ValueTask HealthAsync(HttpResponse response) => Reply.JsonAsync(
        response, state.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, (State: state, metrics.Uptime), static (json, given) =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, given.State.Name);
            if (given.State.Only is { } only)
                WriteModel(json, only);
            else
                WriteModels(json, given.State);
            json.WriteString("serverVersion"u8, ServerVersion);
            json.WriteNumber("uptimeSeconds"u8, Math.Round(given.Uptime.TotalSeconds, 3));
            json.WriteNumber("predictionCount"u8, given.State.Slots.Sum(static slot => slot.Predictions));
            json.WriteEndObject();
        });

    internal ValueTask MetricsAsync(HttpResponse response) =>
        Reply.TextAsync(response, Exposition.ContentType, metrics.Expose() + log.Expose());

    /// <summary>Model metadata of the Open Inference Protocol.</summary>
    internal static ValueTask MetadataAsync(HttpResponse response, LiveVersion version) => Reply.JsonAsync(
        response, StatusCodes.Status200OK, (version.Books, version.Model.Document), static (json, given) =>
        {
            json.WriteStartObject();
            json.WriteString("name"u8, given.Books.Model);
            json.WriteStartArray("versions"u8);
            json.WriteStringValue(given.Books.Version);
            json.WriteEndArray();
            json.WriteString("platform"u8, given.Document.LearnedFormat switch
            {
                ModelDocument.LinearFormatName => "modelop_linear"u8,
                ModelDocument.NetworkFormatName or ModelDocument.Int8NetworkFormatName => "modelop_network"u8,
                ModelDocument.TreesFormatName => "modelop_trees"u8,
                _ => "xgboost_ubj"u8,
            });
            json.WriteStartArray("inputs"u8);
            foreach (var feature in given.Document.Inputs)
                WriteTensor(json, feature.Name, feature.Type == FeatureType.Categorical ? "BYTES" : "FP64");
            json.WriteEndArray();
            new InferOutputs(given.Document.Target).Describe(json);
            json.WriteEndObject();
        });

    internal static ValueTask ModelInfoAsync(HttpResponse response, LiveVersion version) => Reply.JsonAsync(
        response, StatusCodes.Status200OK, (version.Books, version.Model), static (json, given) =>
        {
            var document = given.Model.Document;
            json.WriteStartObject();
            json.WriteString("model"u8, given.Books.Model);
            json.WriteString("version"u8, given.Books.Version);
            json.WriteString("digest"u8, given.Model.Digest);
            json.WriteString("format"u8, document.Format);
            if (given.Model.Variant is { } variant)
                json.WriteString("variant"u8, variant);
            json.WriteString("predictor"u8, given.Model.Predictor);
            json.WriteString("device"u8, given.Model.DeviceName);
            json.WritePropertyName("learner"u8);
            JsonSerializer.Serialize(json, document.Learner, ModelJsonContext.Default.LearnerDocument);
            json.WritePropertyName("target"u8);
            JsonSerializer.Serialize(json, document.Target, ModelJsonContext.Default.TargetDocument);
            json.WriteString("unknownCategory"u8, document.UnknownCategory.ToString());
            json.WritePropertyName("features"u8);
            JsonSerializer.Serialize(json, document.Features, ModelJsonContext.Default.ListFeatureDocument);
            json.WritePropertyName("metrics"u8);
            JsonSerializer.Serialize(json, document.Metrics, ModelJsonContext.Default.SortedDictionaryStringDouble);
            json.WritePropertyName("training"u8);
            JsonSerializer.Serialize(json, document.Training, ModelJsonContext.Default.TrainingDocument);
            json.WriteEndObject();
        });

    private static ValueTask ReadyAsync(HttpResponse response, string? name, bool isReady, string? reason) => Reply.JsonAsync(
        response, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, (Name: name, IsReady: isReady, Reason: reason), static (json, given) =>
        {
            json.WriteStartObject();
            if (given.Name is not null)
                json.WriteString("name"u8, given.Name);
            json.WriteBoolean("ready"u8, given.IsReady);
            if (given.Reason is not null)
                json.WriteString("reason"u8, given.Reason);
            json.WriteEndObject();
        });

    private static void WriteModels(Utf8JsonWriter json, ModelState state)
    {
        json.WriteStartArray("models"u8);
        foreach (var slot in state.Slots)
        {
            json.WriteStartObject();
            WriteModel(json, slot);
            json.WriteBoolean("ready"u8, state.IsReadyFor(slot));
            json.WriteNumber("predictionCount"u8, slot.Predictions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteModel(Utf8JsonWriter json, ModelSlot slot)
    {
        json.WriteString("model"u8, slot.Name);
        var current = slot.Current;
        // Its own books: those of the slot are changed a moment before.
        json.WriteString("version"u8, (current?.Books ?? slot.Books)?.Version);
        if (current is { } served)
        {
            json.WriteString("predictor"u8, served.Model.Predictor);
            json.WriteString("device"u8, served.Model.DeviceName);
        }

        if (slot.Refused is { } refusal)
            json.WriteString("refused"u8, refusal.Reason);
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, string datatype)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("datatype"u8, datatype);
        json.WriteStartArray("shape"u8);
        json.WriteNumberValue(-1);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
