using System.Text.Json;
using ModelOperator.Server.Http;

namespace ModelOperator.Server.V2;

/// <summary>An inference request of the Open Inference Protocol.</summary>
internal sealed record InferRequest(string? Id, IReadOnlyList<InferTensor> Inputs, IReadOnlyList<string> Outputs)
{
    private const int MostInputs = 4096;
    private const int MostDimensions = 8;

    /// <param name="reader">On the body's root object.</param>
    /// <param name="mostCells">The most elements in all tensors together.</param>
    internal static InferRequest Read(ref Utf8JsonReader reader, int mostCells)
    {
        string? id = null;
        List<InferTensor>? inputs = null;
        var outputs = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = reader.GetString()!;
            reader.Read();
            switch (property)
            {
                case "id":
                    id = JsonText.String(ref reader, "id");
                    break;
                case "inputs":
                    inputs = inputs is null ? ReadInputs(ref reader, mostCells) : throw RequestException.BadRequest("'inputs' is given twice");
                    break;
                case "outputs":
                    ReadOutputs(ref reader, outputs);
                    break;
                case "parameters":
                    reader.Skip();
                    break;
                default:
                    throw RequestException.BadRequest($"unknown property '{JsonText.Shorten(property)}'; expected id, parameters, inputs and outputs");
            }
        }

        return inputs is { Count: > 0 } ? new InferRequest(id, inputs, outputs) : throw RequestException.BadRequest("'inputs' is missing or empty");
    }

    private static List<InferTensor> ReadInputs(ref Utf8JsonReader reader, int mostCells)
    {
        var inputs = new List<InferTensor>();
        ExpectArray(ref reader, "inputs");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (inputs.Count == MostInputs)
                throw RequestException.BadRequest($"more than {MostInputs} inputs");
            inputs.Add(ReadTensor(ref reader, mostCells));
            mostCells -= inputs[^1].Data.Count;
        }

        return inputs;
    }

    private static InferTensor ReadTensor(ref Utf8JsonReader reader, int mostCells)
    {
        ExpectObject(ref reader, "inputs");
        string? name = null, datatype = null;
        List<long>? shape = null;
        List<TensorCell>? data = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = reader.GetString()!;
            reader.Read();
            switch (property)
            {
                case "name":
                    name = JsonText.String(ref reader, "name");
                    break;
                case "datatype":
                    datatype = JsonText.String(ref reader, "datatype");
                    break;
                case "shape":
                    shape = ReadShape(ref reader);
                    break;
                case "data":
                    data = ReadData(ref reader, mostCells);
                    break;
                case "parameters":
                    reader.Skip();
                    break;
                default:
                    throw RequestException.BadRequest($"an input has unknown property '{JsonText.Shorten(property)}'");
            }
        }

        var missing = name is null ? "name" : datatype is null ? "datatype" : shape is null ? "shape" : data is null ? "data" : null;
        if (missing is not null)
            throw RequestException.BadRequest($"an input{(name is null ? "" : $" ('{JsonText.Shorten(name)}')")} has no '{missing}'");
        var tensor = new InferTensor(JsonText.Shorten(name!), datatype!, shape!, data!);
        tensor.Check();
        return tensor;
    }

    private static List<long> ReadShape(ref Utf8JsonReader reader)
    {
        var shape = new List<long>();
        ExpectArray(ref reader, "shape");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var length) || shape.Count == MostDimensions)
                throw RequestException.BadRequest($"'shape' must be an array of at most {MostDimensions} whole numbers");
            shape.Add(length);
        }

        return shape;
    }

    // Flat or nested, as the protocol allows; the shape decides.
    private static List<TensorCell> ReadData(ref Utf8JsonReader reader, int mostCells)
    {
        var data = new List<TensorCell>();
        ExpectArray(ref reader, "data");
        var end = reader.CurrentDepth;
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == end))
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray)
                continue;
            if (data.Count >= mostCells)
                throw RequestException.TooManyRows();
            data.Add(TensorCell.Read(ref reader));
        }

        return data;
    }

    private static void ReadOutputs(ref Utf8JsonReader reader, List<string> outputs)
    {
        ExpectArray(ref reader, "outputs");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ExpectObject(ref reader, "outputs");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isName = reader.ValueTextEquals("name"u8);
                reader.Read();
                if (isName)
                    outputs.Add(JsonText.String(ref reader, "name"));
                else
                    reader.Skip();
            }
        }
    }

    private static void ExpectArray(ref Utf8JsonReader reader, string property)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw RequestException.BadRequest($"'{property}' is {JsonText.Describe(ref reader)}, expected an array");
    }

    private static void ExpectObject(ref Utf8JsonReader reader, string property)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RequestException.BadRequest($"'{property}' holds {JsonText.Describe(ref reader)}, expected objects");
    }
}
