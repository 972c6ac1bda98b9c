using System.Text.Json.Serialization;
using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Output;

/// <summary>
/// Writes what <see cref="ModelJsonContext"/> reads, to the same bytes, by generated code alone. With what reading needs, too, the first document of a process costs
/// tens of milliseconds, more than a small training.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(LinearDocument))]
internal sealed partial class ModelWritingContext : JsonSerializerContext;
