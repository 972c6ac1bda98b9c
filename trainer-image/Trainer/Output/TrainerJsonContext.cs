using System.Text.Json.Serialization;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Reporting;

namespace ModelOperator.Trainer.Output;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ResultDocument), GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(YieldDocument), GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(StatusUpdate), GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(MetricLine), GenerationMode = JsonSourceGenerationMode.Serialization)]
internal sealed partial class TrainerJsonContext : JsonSerializerContext;
