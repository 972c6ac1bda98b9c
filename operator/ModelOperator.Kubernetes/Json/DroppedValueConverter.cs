using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Skips the value: it costs no memory after the read.</summary>
public sealed class DroppedValueConverter : JsonConverter<DroppedValue>
{
    /// <inheritdoc/>
    public override DroppedValue? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // Skip() refuses partial input, which a streamed body is; the serializer has buffered this whole value, so TrySkip does it.
        return reader.TrySkip() ? null : throw new JsonException("the value is incomplete");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DroppedValue value, JsonSerializerOptions options) =>
        writer.WriteNullValue();
}
