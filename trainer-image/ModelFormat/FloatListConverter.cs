using System.Text.Json;

namespace ModelOperator.ModelFormat;

/// <summary>Bounds of bins.</summary>
internal sealed class FloatListConverter : ValueListConverter<float>
{
    protected override float Number(ref Utf8JsonReader reader) => reader.GetSingle();

    protected override void Write(Utf8JsonWriter writer, float number) => writer.WriteNumberValue(number);
}
