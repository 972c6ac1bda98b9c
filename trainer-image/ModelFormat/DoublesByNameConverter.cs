using System.Text.Json;

namespace ModelOperator.ModelFormat;

/// <summary>Metrics and quantiles.</summary>
internal sealed class DoublesByNameConverter : ValuesByNameConverter<double>
{
    protected override double Number(ref Utf8JsonReader reader) => reader.GetDouble();

    protected override void Write(Utf8JsonWriter writer, double number) => writer.WriteNumberValue(number);
}
