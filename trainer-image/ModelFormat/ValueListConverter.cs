using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelOperator.ModelFormat;

/// <summary>
/// A list of numbers in JSON, as the framework reads and writes it. The framework's own code for lists and dictionaries of numbers is in no image that is compiled ahead: it would be
/// compiled at each start of a server, while requests wait for the model.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
internal abstract class ValueListConverter<T> : JsonConverter<List<T>>
    where T : struct
{
    public sealed override List<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // The serializer says what was expected, and where.
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException();
        List<T> values = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(Number(ref reader));
        return values;
    }

    public sealed override void Write(Utf8JsonWriter writer, List<T> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var number in value)
            Write(writer, number);
        writer.WriteEndArray();
    }

    protected abstract T Number(ref Utf8JsonReader reader);

    protected abstract void Write(Utf8JsonWriter writer, T number);
}
