using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Writes six digits of the second and Z, which is the only form that every server version parses.</summary>
public sealed class MicroTimeConverter : JsonConverter<MicroTime>
{
    /// <inheritdoc/>
    public override MicroTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetDateTimeOffset());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MicroTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
}
