using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Skips the value: it costs no memory after the read.</summary>
public sealed class DroppedValueConverter : JsonConverter<DroppedValue>
{
    /// <inheritdoc/>
    public override DroppedValue? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return null;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DroppedValue value, JsonSerializerOptions options) =>
        writer.WriteNullValue();
}
