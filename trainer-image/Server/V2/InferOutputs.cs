using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Http;
using ModelOperator.Server.Predictions;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.V2;

/// <summary>The output tensors of the Open Inference Protocol: prediction, prediction_id, and for several classes probabilities.</summary>
internal sealed class InferOutputs(TargetDocument target, PredictionIds? ids)
{
    private const string Prediction = "prediction";
    private const string Probabilities = "probabilities";
    private const string Id = "prediction_id";

    private bool IsClasses => target.Type == TargetType.Multiclass;

    private string[] Names => IsClasses ? [Prediction, Probabilities, Id] : [Prediction, Id];

    /// <exception cref="RequestException">The request asks for an output that the model has not.</exception>
    internal void Check(InferRequest request)
    {
        foreach (var output in request.Outputs)
        {
            if (!Names.Contains(output, StringComparer.Ordinal))
                throw RequestException.BadRequest($"unknown output '{JsonText.Shorten(output)}'; the model has {string.Join(", ", Names[..^1])} and {Id}");
        }
    }

    /// <summary>Writes "outputs" of a model's metadata.</summary>
    internal void Describe(Utf8JsonWriter json)
    {
        json.WriteStartArray("outputs"u8);
        foreach (var name in Names)
        {
            WriteHead(json, name, -1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes "outputs" of a reply: those that the request names, or all.</summary>
    internal void Write(Utf8JsonWriter json, InferRequest request, RowBuffer rows)
    {
        var values = Answer.Values(rows);
        json.WriteStartArray("outputs"u8);
        foreach (var name in Names.Where(name => request.Outputs.Count == 0 || request.Outputs.Contains(name, StringComparer.Ordinal)))
        {
            WriteHead(json, name, rows.Count);
            json.WriteStartArray("data"u8);
            if (name == Probabilities)
                WriteNumbers(json, rows.Predictions);
            else if (name == Prediction && !IsClasses)
                WriteNumbers(json, values);
            else
            {
                foreach (var value in values)
                    json.WriteStringValue(name == Id ? ids!.Create(value) : target.Classes![(int)value]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            json.WriteNumberValue(value);
    }

    private void WriteHead(Utf8JsonWriter json, string name, int rows)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("datatype"u8, name == Id || (name == Prediction && IsClasses) ? "BYTES" : "FP32");
        json.WriteStartArray("shape"u8);
        json.WriteNumberValue(rows);
        if (name == Probabilities)
            json.WriteNumberValue(target.Outputs);
        json.WriteEndArray();
    }
}
