using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Reads a quantity from a string or a number; writes its text as it was.</summary>
public sealed class QuantityConverter : JsonConverter<Quantity>
{
    /// <inheritdoc/>
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return reader.TokenType switch
            {
                JsonTokenType.String => new Quantity(reader.GetString() ?? string.Empty),
                JsonTokenType.Number => new Quantity(Encoding.UTF8.GetString(reader.ValueSpan)),
                _ => throw new JsonException("a quantity must be a string or a number"),
            };
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
