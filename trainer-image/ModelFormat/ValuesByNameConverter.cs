using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelOperator.ModelFormat;

/// <summary>Numbers by name in JSON; see <see cref="ValueListConverter{T}"/>.</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal abstract class ValuesByNameConverter<T> : JsonConverter<SortedDictionary<string, T>>
    where T : struct
{
    public sealed override SortedDictionary<string, T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException();
        SortedDictionary<string, T> values = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            values[name] = Number(ref reader);
        }

        return values;
    }

    public sealed override void Write(Utf8JsonWriter writer, SortedDictionary<string, T> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, number) in value)
        {
            writer.WritePropertyName(name);
            Write(writer, number);
        }

        writer.WriteEndObject();
    }

    protected abstract T Number(ref Utf8JsonReader reader);

    protected abstract void Write(Utf8JsonWriter writer, T number);
}
