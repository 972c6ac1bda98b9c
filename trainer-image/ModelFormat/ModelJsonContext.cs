using System.Text.Json.Serialization;

namespace ModelOperator.ModelFormat;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true,
    Converters = [typeof(FloatListConverter), typeof(LongListConverter), typeof(DoublesByNameConverter), typeof(LongsByNameConverter)])]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(LinearDocument))]
[JsonSerializable(typeof(SignatureDocument))]
public sealed partial class ModelJsonContext : JsonSerializerContext;
