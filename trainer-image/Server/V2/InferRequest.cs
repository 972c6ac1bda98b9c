using System.Text.Json;
using ModelOperator.Server.Http;

namespace ModelOperator.Server.V2;

/// <summary>An inference request of the Open Inference Protocol.</summary>
internal sealed record InferRequest(string? Id, IReadOnlyList<InferTensor> Inputs, IReadOnlyList<RequestedOutput> Outputs)
{
    private const int MostInputs = 4096;
    private const int MostDimensions = 8;

    /// <summary>Whether outputs that say nothing of it should stand behind the JSON.</summary>
    internal bool IsBinary { get; init; }

    /// <summary>Whether a reply should hold an output.</summary>
    internal bool Wants(string output) => Outputs.Count == 0 || Outputs.Any(wanted => wanted.Name == output);

    /// <summary>Whether an output should stand behind the JSON.</summary>
    internal bool WantsBinary(string output) => Outputs.FirstOrDefault(wanted => wanted.Name == output).IsBinary ?? IsBinary;

    /// <param name="reader">On the body's root object.</param>
    /// <param name="mostCells">The most elements in all tensors together.</param>
    internal static InferRequest Read(ref Utf8JsonReader reader, int mostCells)
    {
        string? id = null;
        List<InferTensor>? inputs = null;
        bool? binary = null;
        var outputs = new List<RequestedOutput>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = reader.GetString()!;
            reader.Read();
            switch (property)
            {
                case "id":
                    id = Text(ref reader, "id");
                    break;
                case "model_name" or "model_version":
                    // The path has named both; KServe's client says the first once more.
                    _ = Text(ref reader, property);
                    break;
                case "inputs":
                    inputs = inputs is null ? ReadInputs(ref reader, mostCells) : throw RequestException.BadRequest("'inputs' is given twice");
                    break;
                case "outputs":
                    ReadOutputs(ref reader, outputs);
                    break;
                case "parameters":
                    binary = Flag(ref reader, BinaryTensors.AllOutputs);
                    break;
                default:
                    throw RequestException.BadRequest($"unknown property '{JsonText.Shorten(property)}'; expected id, parameters, inputs and outputs");
            }
        }

        return inputs is { Count: > 0 } ? new InferRequest(id, inputs, outputs) { IsBinary = binary ?? false } : throw RequestException.BadRequest("'inputs' is missing or empty");
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
        long? size = null;
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
                    data = reader.TokenType == JsonTokenType.Null ? null : ReadData(ref reader, mostCells);
                    break;
                case "parameters":
                    size = Number(ref reader, BinaryTensors.Size);
                    break;
                default:
                    throw RequestException.BadRequest($"an input has unknown property '{JsonText.Shorten(property)}'");
            }
        }

        var missing = name is null ? "name" : datatype is null ? "datatype" : shape is null ? "shape" : data is null && size is null ? "data" : null;
        if (missing is not null)
            throw RequestException.BadRequest($"an input{(name is null ? "" : $" ('{JsonText.Shorten(name)}')")} has no '{missing}'");
        if (data is not null && size is not null)
            throw RequestException.BadRequest($"input '{JsonText.Shorten(name!)}' has both 'data' and '{BinaryTensors.Size}'");
        var tensor = new InferTensor(JsonText.Shorten(name!), datatype!, shape!, data ?? []) { BinarySize = size };
        // What stands behind the JSON is checked when it is read.
        if (size is null)
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

    private static void ReadOutputs(ref Utf8JsonReader reader, List<RequestedOutput> outputs)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return;
        ExpectArray(ref reader, "outputs");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ExpectObject(ref reader, "outputs");
            string? name = null;
            bool? binary = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var property = reader.GetString();
                reader.Read();
                if (property == "name")
                    name = JsonText.String(ref reader, "name");
                else if (property == "parameters")
                    binary = Flag(ref reader, BinaryTensors.Output);
                else
                    reader.Skip();
            }

            outputs.Add(new RequestedOutput(name ?? throw RequestException.BadRequest("an output has no 'name'"), binary));
        }
    }

    // Clients that write whole documents have null for what they do not give, here and below.
    private static string? Text(ref Utf8JsonReader reader, string property) => reader.TokenType == JsonTokenType.Null ? null : JsonText.String(ref reader, property);

    private static bool? Flag(ref Utf8JsonReader reader, string name) => Parameter(ref reader, name) switch
    {
        { Type: JsonTokenType.None or JsonTokenType.Null } => null,
        { Type: JsonTokenType.True } => true,
        { Type: JsonTokenType.False } => false,
        _ => throw RequestException.BadRequest($"parameter '{name}' must be true or false"),
    };

    private static long? Number(ref Utf8JsonReader reader, string name) => Parameter(ref reader, name) switch
    {
        { Type: JsonTokenType.None or JsonTokenType.Null } => null,
        { Type: JsonTokenType.Number, Number: >= 0 and var number } => number,
        _ => throw RequestException.BadRequest($"parameter '{name}' must be a whole number from 0 on"),
    };

    // One parameter of many: None when it is not there, -1 for a number that is not whole.
    private static (JsonTokenType Type, long Number) Parameter(ref Utf8JsonReader reader, string name)
    {
        var found = (Type: JsonTokenType.None, Number: 0L);
        if (reader.TokenType == JsonTokenType.Null)
            return found;
        ExpectObject(ref reader, "parameters");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
                found = (reader.TokenType, reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : -1);
            reader.Skip();
        }

        return found;
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
