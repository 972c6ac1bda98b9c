using System.Text.Json;

namespace ModelOperator.ModelFormat;

/// <summary>Counts of bins.</summary>
internal sealed class LongListConverter : ValueListConverter<long>
{
    protected override long Number(ref Utf8JsonReader reader) => reader.GetInt64();

    protected override void Write(Utf8JsonWriter writer, long number) => writer.WriteNumberValue(number);
}
