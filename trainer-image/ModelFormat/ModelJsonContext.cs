using System.Text.Json.Serialization;

namespace ModelOperator.ModelFormat;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(LinearDocument))]
[JsonSerializable(typeof(SignatureDocument))]
public sealed partial class ModelJsonContext : JsonSerializerContext;
