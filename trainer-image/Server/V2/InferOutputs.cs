using System.Buffers;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Http;
using ModelOperator.Server.Predictions;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.V2;

/// <summary>The output tensors of the Open Inference Protocol: prediction, prediction_id, and for several classes probabilities.</summary>
internal sealed class InferOutputs(TargetDocument target)
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
            if (!Names.Contains(output.Name, StringComparer.Ordinal))
                throw RequestException.BadRequest($"unknown output '{JsonText.Shorten(output.Name)}'; the model has {string.Join(", ", Names[..^1])} and {Id}");
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

    /// <summary>What stands behind the JSON of a reply is written here; null when nothing does.</summary>
    internal ArrayBufferWriter<byte>? Tail(InferRequest request) => Names.Any(name => request.Wants(name) && request.WantsBinary(name)) ? new ArrayBufferWriter<byte>() : null;

    /// <summary>Whether a reply has the predictions' ids.</summary>
    internal static bool WantsIds(InferRequest request) => request.Wants(Id);

    /// <summary>Writes "outputs" of a reply: those that the request names, or all.</summary>
    internal void Write(Utf8JsonWriter json, InferRequest request, RowBuffer rows, string[]? ids, ArrayBufferWriter<byte>? tail)
    {
        var values = Answer.Values(rows);
        json.WriteStartArray("outputs"u8);
        foreach (var name in Names.Where(request.Wants))
        {
            WriteHead(json, name, rows.Count);
            var numbers = name == Probabilities ? rows.Predictions : IsText(name) ? default : values;
            if (request.WantsBinary(name))
                WriteBinary(json, tail!, name, numbers, Texts(name, values, ids));
            else
                WriteData(json, name, numbers, Texts(name, values, ids));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteData(Utf8JsonWriter json, string name, ReadOnlySpan<float> numbers, string[] texts)
    {
        json.WriteStartArray("data"u8);
        if (IsText(name))
        {
            foreach (var text in texts)
                json.WriteStringValue(text);
        }
        else
        {
            foreach (var number in numbers)
                json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private void WriteBinary(Utf8JsonWriter json, ArrayBufferWriter<byte> tail, string name, ReadOnlySpan<float> numbers, string[] texts)
    {
        var before = tail.WrittenCount;
        if (IsText(name))
        {
            foreach (var text in texts)
                BinaryTensors.Write(tail, text);
        }
        else
        {
            BinaryTensors.Write(tail, numbers);
        }

        json.WriteStartObject("parameters"u8);
        json.WriteNumber(BinaryTensors.Size, tail.WrittenCount - before);
        json.WriteEndObject();
    }

    private bool IsText(string name) => name == Id || (name == Prediction && IsClasses);

    private string[] Texts(string name, ReadOnlySpan<float> values, string[]? ids)
    {
        if (!IsText(name))
            return [];
        if (name == Id)
            return ids!;
        var texts = new string[values.Length];
        for (var row = 0; row < texts.Length; row++)
            texts[row] = target.Classes![(int)values[row]];
        return texts;
    }

    private void WriteHead(Utf8JsonWriter json, string name, int rows)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("datatype"u8, IsText(name) ? "BYTES" : "FP32");
        json.WriteStartArray("shape"u8);
        json.WriteNumberValue(rows);
        if (name == Probabilities)
            json.WriteNumberValue(target.Outputs);
        json.WriteEndArray();
    }
}
